using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests;

/// <summary>Runs outlive connections, and hosts their runs' records.</summary>
public sealed class LifetimeTests
{
    private static JsonObject About => new() { ["about"] = "a fox" };

    private static JsonObject Text => new() { ["text"] = "Hello" };

    [Fact]
    public async Task A_run_whose_connection_is_cut_ends_and_is_read_from_another_and_was_paid_once()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        var gate = new ModelServerGate();
        scene.Models.When(request => request.LastUserMessage.StartsWith("Begin", StringComparison.Ordinal)).HoldUntil(gate, afterChunks: 2).Stream("Once ", "upon ", "a time.");
        scene.Models.When(_ => true).Stream("And ", "so on.");
        using var client = await scene.AddTokenAsync("acme", "story");

        var stream = await client.StreamAsync(About, body => body["credential_tenant"] = "acme");
        await stream.UntilAsync("text_chunk");
        var second = await stream.UntilAsync("text_chunk");
        stream.Dispose();
        gate.Open();

        using var other = await client.FollowAsync(second.RunId, second.Id);
        var rest = await other.ToEndAsync();
        Assert.Equal("a time.", (string?)rest[0].Data["text"]);
        Assert.Equal("succeeded", (string?)rest[^1].Data["status"]);
        Assert.Equal("Once upon a time. And so on. And so on.", (string?)rest[^1].Data["outputs"]!["text"]);
        Assert.Equal(3, scene.Models.Requests.Count);
        Assert.Equal(3, (int?)(await client.GetAsync($"workflows/run/{second.RunId}")).Json["usage"]!["calls"]);
    }

    /// <summary>What a reader of the events has seen is in the record soon, whatever becomes of the process.</summary>
    [Fact]
    public async Task A_step_that_has_ended_is_recorded_while_the_next_one_waits()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        var gate = new ModelServerGate();
        scene.Models.When(request => request.LastUserMessage.StartsWith("Begin", StringComparison.Ordinal)).Stream("Once ", "upon.");
        scene.Models.When(_ => true).HoldUntil(gate).Stream("And ", "so on.");
        using var client = await scene.AddTokenAsync("acme", "story");

        var begun = await client.RunAsync(About, static body => { body["credential_tenant"] = "acme"; body["response_mode"] = "async"; });
        await gate.ArrivedAsync(1, TestContext.Current.CancellationToken);
        TestAnswer detail;
        do
            detail = await client.GetAsync($"workflows/run/{begun.RunId}?include=steps,calls");
        while (detail.Json["steps"]!.AsArray().Count == 0);

        Assert.Equal(("running", 1), ((string?)detail.Json["status"], detail.Json["calls"]!.AsArray().Count));
        gate.Open();
        using var events = await client.FollowAsync(begun.RunId!);
        await events.UntilAsync("workflow_finished");
    }

    [Fact]
    public async Task A_caller_may_want_its_run_to_end_when_it_goes_away()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        var gate = new ModelServerGate();
        scene.Models.When(_ => true).HoldUntil(gate, afterChunks: 1).Stream("Once ", "upon.");
        using var client = await scene.AddTokenAsync("acme", "story");

        var stream = await client.StreamAsync(About, body => { body["credential_tenant"] = "acme"; body["on_disconnect"] = "stop"; });
        var chunk = await stream.UntilAsync("text_chunk");
        stream.Dispose();

        using var other = await client.FollowAsync(chunk.RunId);
        Assert.Equal("stopped", (string?)(await other.UntilAsync("workflow_finished")).Data["status"]);
    }

    [Fact]
    public async Task A_run_is_stopped_by_its_caller()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        var gate = new ModelServerGate();
        scene.Models.When(_ => true).HoldUntil(gate, afterChunks: 1).Stream("Once ", "upon.");
        using var client = await scene.AddTokenAsync("acme", "story");
        using var stream = await client.StreamAsync(About, body => body["credential_tenant"] = "acme");
        var chunk = await stream.UntilAsync("text_chunk");

        var stop = await client.PostAsync($"workflows/tasks/{chunk.RunId}/stop", new JsonObject { ["user"] = "someone" });

        Assert.Equal("success", (string?)stop.Json["result"]);
        var end = await stream.UntilAsync("workflow_finished");
        Assert.Equal("stopped", (string?)end.Data["status"]);
        Assert.Equal("stopped", (string?)(await client.GetAsync($"workflows/run/{chunk.RunId}")).Json["status"]);
    }

    [Fact]
    public async Task A_host_that_is_told_to_stop_lets_runs_end_and_takes_no_more()
    {
        await using var scene = await ServerScene.StartAsync(new() { Server = server => server.ShutdownGrace = TimeSpan.FromSeconds(30) });
        await scene.AddProfileAsync("acme_openai", "acme");
        var gate = new ModelServerGate();
        scene.Models.When(_ => true).HoldUntil(gate).Answer("Hello");
        using var client = await scene.AddTokenAsync("acme", "keyed");
        using var late = await scene.AddTokenAsync("acme", "keyed");
        var run = client.RunAsync(Text, body => body["credential_profile"] = "acme_openai");
        await gate.ArrivedAsync(1, TestContext.Current.CancellationToken);

        var stop = scene.StopAsync();

        await Until(async () => (int)(await client.GetAsync("health/ready")).Status == 503);
        Assert.Equal(200, (int)(await client.GetAsync("health/live")).Status);
        (await late.RunAsync(Text, body => body["credential_profile"] = "acme_openai")).AssertError(503, "service_unavailable");
        gate.Open();
        Assert.Equal("Hello", (string?)(await run).AssertSucceeded()["text"]);
        await stop;
    }

    [Fact]
    public async Task A_host_that_stops_with_ten_runs_in_flight_loses_none_and_books_all()
    {
        await using var models = await ModelServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var directory = System.IO.Directory.CreateTempSubdirectory("kw-server-").FullName;
        CreatedToken token;
        var ids = new List<string>();
        long used;
        await using (var scene = await ServerScene.StartAsync(new() { Models = models, Directory = directory, Server = server => server.ShutdownGrace = TimeSpan.FromMilliseconds(200) }))
        {
            await scene.AddProfileAsync("acme_openai", "acme");
            var gate = new ModelServerGate();
            models.When(request => request.LastUserMessage.StartsWith("Begin", StringComparison.Ordinal)).Stream("Once ", "upon ", "a time.");
            models.When(_ => true).HoldUntil(gate, afterChunks: 1).Stream("And ", "so on.");
            using var client = await scene.AddTokenAsync("acme", "story");
            token = client.Token;
            for (var i = 0; i < 10; i++)
                ids.Add((await client.RunAsync(About, body => { body["credential_tenant"] = "acme"; body["response_mode"] = "async"; })).RunId!);
            await gate.ArrivedAsync(10, TestContext.Current.CancellationToken);

            await scene.StopAsync();
            gate.Open();
            used = models.TotalUsage.TotalTokens;
        }

        await using var next = await ServerScene.StartAsync(new() { Models = models, Directory = directory });
        using var again = next.Client(token);
        var booked = 0L;
        foreach (var id in ids)
        {
            var detail = (await again.GetAsync($"workflows/run/{id}")).Json;
            Assert.Equal("failed", (string?)detail["status"]);
            Assert.Equal("host_stopped", (string?)detail["error_code"]);
            Assert.Equal(2, (int?)detail["usage"]!["calls"]);
            Assert.True((long?)detail["total_tokens"] > 0);
            booked += (long)detail["total_tokens"]!;
        }
        Assert.True(booked <= used);
        Assert.Equal(0, (int?)(await again.GetAsync("workflows/logs?status=running")).Json["total"]);
        System.IO.Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_repeated_trigger_returns_the_first_run()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "keyed");
        var body = new JsonObject { ["inputs"] = Text, ["user"] = "someone", ["credential_profile"] = "acme_openai" };

        var both = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.PostAsync("workflows/run", body, ("Idempotency-Key", "one"))));
        var later = await client.PostAsync("workflows/run", body, ("Idempotency-Key", "one"));

        Assert.Single(both.Append(later).Select(answer => { answer.AssertSucceeded(); return answer.RunId; }).Distinct());
        Assert.Equal(both[0].Text, later.Text);
        Assert.Single(scene.Models.Requests);
    }

    [Fact]
    public async Task A_key_whose_run_was_refused_is_free_again()
    {
        await using var scene = await ServerScene.StartAsync();
        using var client = await scene.AddTokenAsync("acme", "keyed");
        var body = new JsonObject { ["inputs"] = Text, ["user"] = "someone", ["credential_profile"] = "acme_openai" };
        (await client.PostAsync("workflows/run", body, ("Idempotency-Key", "one"))).AssertError(404, "not_found");

        await scene.AddProfileAsync("acme_openai", "acme");

        (await client.PostAsync("workflows/run", body, ("Idempotency-Key", "one"))).AssertSucceeded();
    }

    [Fact]
    public async Task Who_asks_again_and_goes_away_does_not_stop_the_first_callers_run()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        var gate = new ModelServerGate();
        scene.Models.When(request => request.LastUserMessage.StartsWith("Begin", StringComparison.Ordinal)).HoldUntil(gate, afterChunks: 1).Stream("Once ", "upon.");
        scene.Models.When(_ => true).Stream("And ", "so on.");
        using var client = await scene.AddTokenAsync("acme", "story");
        client.Http.DefaultRequestHeaders.Add("Idempotency-Key", "one");
        static void Stops(JsonObject body) => (body["credential_tenant"], body["on_disconnect"]) = ("acme", "stop");
        using var first = await client.StreamAsync(About, Stops);
        await first.UntilAsync("text_chunk");

        var second = await client.StreamAsync(About, Stops);
        Assert.Equal("true", second.Answer.Headers.GetValues("Idempotent-Replayed").Single());
        await second.UntilAsync("text_chunk");
        second.Dispose();
        await Until(() => Task.FromResult(scene.Logs.Text.Contains("workflows/run answered", StringComparison.Ordinal)));
        gate.Open();

        Assert.Equal("succeeded", (string?)(await first.UntilAsync("workflow_finished")).Data["status"]);
    }

    [Fact]
    public async Task A_token_that_is_revoked_ends_its_runs()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        var gate = new ModelServerGate();
        scene.Models.When(_ => true).HoldUntil(gate, afterChunks: 1).Stream("Once ", "upon.");
        using var client = await scene.AddTokenAsync("acme", "story");
        using var stream = await client.StreamAsync(About, body => body["credential_tenant"] = "acme");
        await stream.UntilAsync("text_chunk");

        await scene.Tokens.RevokeAsync(client.Token.Token.Id, TestContext.Current.CancellationToken);

        var end = await stream.UntilAsync("workflow_finished");
        Assert.Equal("stopped", (string?)end.Data["status"]);
        (await client.GetAsync($"workflows/run/{end.RunId}")).AssertError(401, "unauthorized");
    }

    private static async Task Until(Func<Task<bool>> holds)
    {
        while (!await holds())
            await Task.Yield();
    }
}
