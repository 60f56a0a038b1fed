using System.Net;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;

namespace KeyedWorkflows.Server.Tests;

public sealed class RunTests
{
    private static JsonObject Question => new() { ["question"] = "Where is my order?" };

    [Fact]
    public async Task A_blocking_run_answers_as_Dify_does()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        scene.Models.When(request => request.LastUserMessage.StartsWith("Which topic", StringComparison.Ordinal)).AnswerJson("""{"name":"delivery","mood":"Calm"}""");
        scene.Models.When(request => request.LastUserMessage.StartsWith("Ticket", StringComparison.Ordinal)).Stream("It is ", "on its way.");
        using var client = await scene.AddTokenAsync("acme");

        var answer = await client.RunAsync(Question, body => body["credential_profile"] = "acme_openai");

        var outputs = answer.AssertSucceeded();
        Assert.Equal("It is on its way.", (string?)outputs["text"]);
        Assert.Equal("delivery", (string?)outputs["topic_name"]);
        Assert.Equal(answer.RunId, (string?)answer.Json["task_id"]);
        var data = answer.Json["data"]!;
        Assert.Equal(answer.RunId, (string?)data["id"]);
        Assert.Equal("desk", (string?)data["workflow_id"]);
        Assert.Equal(3, (int?)data["total_steps"]);
        Assert.True((int?)data["total_tokens"] > 0);
    }

    [Fact]
    public async Task A_run_that_fails_is_logged_with_where_and_how_and_without_what_was_sent()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        scene.Models.When(_ => true).Fail(ModelServerFault.ContentFiltered());
        using var client = await scene.AddTokenAsync("acme");

        var answer = await client.RunAsync(new() { ["question"] = "a question of its own" }, static body => body["credential_profile"] = "acme_openai");

        var line = scene.Logs.Text.Split('\n').Single(line => line.Contains("failed with", StringComparison.Ordinal) && line.Contains(answer.RunId!, StringComparison.Ordinal));
        Assert.Contains("of desk failed with content_filtered in step Classify", line, StringComparison.Ordinal);
        Assert.False(scene.Logs.Holds("a question of its own"));
    }

    [Fact]
    public async Task A_streamed_run_tells_each_event_and_can_be_read_again()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        scene.Models.When(request => request.LastUserMessage.StartsWith("Which topic", StringComparison.Ordinal)).AnswerJson("""{"name":"delivery","mood":"Calm"}""");
        scene.Models.When(request => request.LastUserMessage.StartsWith("Ticket", StringComparison.Ordinal)).Stream("It is ", "on its way.");
        using var client = await scene.AddTokenAsync("acme");

        using var stream = await client.StreamAsync(Question, body => body["credential_tenant"] = "acme");
        var events = await stream.ToEndAsync();

        Assert.Equal(
            ["workflow_started", "node_started", "node_finished", "node_started", "text_chunk", "text_chunk", "node_finished", "node_started", "node_finished", "workflow_finished"],
            events.Select(happened => happened.Name));
        Assert.Equal("acme_openai", (string?)events[0].Data["bindings"]![0]!["profile"]);
        Assert.Equal([0, 0, 1, 1, 2, 2], events.Where(happened => happened.Name.StartsWith("node", StringComparison.Ordinal)).Select(happened => (int)happened.Data["index"]!));
        using var again = await client.FollowAsync(events[0].RunId);
        Assert.Equal(events.Select(happened => happened.Json.ToJsonString()), (await again.ToEndAsync()).Select(happened => happened.Json.ToJsonString()));
        using var rest = await client.FollowAsync(events[0].RunId, events[4].Id);
        Assert.Equal(events.Skip(5).Select(happened => happened.Id), (await rest.ToEndAsync()).Select(happened => happened.Id));
    }

    [Fact]
    public async Task A_run_that_is_not_waited_for_is_answered_with_its_id()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "keyed");

        var answer = await client.RunAsync(new() { ["text"] = "Hello" }, body => { body["response_mode"] = "async"; body["credential_profile"] = "acme_openai"; });

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        using var events = await client.FollowAsync(answer.RunId!);
        Assert.Equal("succeeded", (string?)(await events.UntilAsync("workflow_finished")).Data["status"]);
        var detail = await client.GetAsync($"workflows/run/{answer.RunId}?include=steps,calls");
        Assert.Equal("succeeded", (string?)detail.Json["status"]);
        Assert.Single(detail.Json["calls"]!.AsArray());
    }
}
