using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Contract;

/// <summary>What Dify's contract says, line by line, where its own client does not go.</summary>
public sealed class ContractTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("keyed", """{"text":"Hello"}""")]
    [InlineData("filed", """{"title":"Hello"}""")]
    [InlineData("two-slots", """{"text":"Hello"}""")]
    public async Task An_empty_list_of_files_is_none(string workflow, string inputs)
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", workflow);

        var answer = await client.RunAsync(JsonNode.Parse(inputs)!.AsObject(), body =>
        {
            body["files"] = new JsonArray();
            if (workflow != "filed")
                body["credential_tenant"] = "acme";
        });

        answer.AssertSucceeded();
    }

    [Fact]
    public async Task An_upload_without_a_user_belongs_to_its_token_and_to_no_user_of_it_alone()
    {
        await using var scene = await ServerScene.StartAsync();
        using var client = await scene.AddTokenAsync("acme", "filed");
        using var other = await scene.AddTokenAsync("acme", "filed");

        var upload = await UploadAsync(client, "From nobody");

        Assert.True(upload.Status == HttpStatusCode.Created, upload.Text);
        Assert.True(upload.Json.ContainsKey("created_by"));
        Assert.Null(upload.Json["created_by"]);
        var id = (string)upload.Json["id"]!;
        Assert.Equal("Letter: From nobody", (string?)(await RunAsync(client, id)).AssertSucceeded()["text"]);
        (await RunAsync(other, id)).AssertError(404, "not_found");
        Assert.Equal("From nobody", (await client.GetAsync($"files/{id}?user=someone")).Text);
        (await other.GetAsync($"files/{id}?user=someone")).AssertError(404, "not_found");
    }

    [Fact]
    public async Task An_iteration_tells_each_of_its_elements_and_at_its_end_how_many_and_what_they_used()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "elements");

        using var stream = await client.StreamAsync(new() { ["parts"] = new JsonArray("a", "b", "c") }, static body => body["credential_tenant"] = "acme");
        var events = await stream.ToEndAsync();

        var iteration = events.Where(static one => one.Name.StartsWith("iteration", StringComparison.Ordinal)).ToList();
        Assert.Equal(["iteration_started", "iteration_next", "iteration_next", "iteration_next", "iteration_completed"], iteration.Select(static one => one.Name));
        Assert.All(iteration, static one => Assert.Equal("iteration", (string?)one.Data["node_type"]));
        Assert.Equal([0, 1, 2], iteration[1..4].Select(static one => (int)one.Data["index"]!));
        var end = iteration[^1].Data;
        foreach (var field in new[] { "id", "node_id", "title", "index", "created_at", "outputs", "status", "error", "elapsed_time", "total_tokens", "finished_at", "steps" })
            Assert.True(end.ContainsKey(field), $"{field} is missing: {end.ToJsonString()}");
        Assert.Equal(3, (int?)end["steps"]);
        Assert.Equal(scene.Models.TotalUsage.TotalTokens, (long?)end["total_tokens"]);
        Assert.Equal("succeeded", (string?)end["status"]);
    }

    [Fact]
    public async Task A_stream_that_the_store_fails_ends_with_an_error_event_and_is_taken_up_later()
    {
        await using var models = await ModelServer.StartAsync(cancellationToken: Cancel);
        var directory = Directory.CreateTempSubdirectory("kw-server-").FullName;
        CreatedToken token;
        string runId;
        await using (var scene = await ServerScene.StartAsync(new() { Models = models, Directory = directory }))
        {
            await scene.AddProfileAsync("acme_openai", "acme");
            using var client = await scene.AddTokenAsync("acme", "keyed");
            token = client.Token;
            runId = (await client.RunAsync(new() { ["text"] = "Hello" }, static body => body["credential_tenant"] = "acme")).RunId!;
        }
        string? last;
        await using (var broken = await ServerScene.StartAsync(new()
        {
            Models = models,
            Directory = directory,
            Services = static services =>
            {
                var whole = services.Last(static service => service.ServiceType == typeof(IRunHistory)).ImplementationFactory!;
                services.AddSingleton<IRunHistory>(all => new BrokenHistory((IRunHistory)whole(all)));
            },
        }))
        {
            using var client = broken.Client(token);
            using var stream = await client.FollowAsync(runId);

            var events = await stream.ToEndAsync();

            Assert.Equal(["workflow_started", "error"], events.Select(static one => one.Name));
            last = events[0].Id;
            var error = events[1];
            Assert.Null(error.Id);
            Assert.Equal(runId, error.RunId);
            Assert.Equal(runId, (string?)error.Json["task_id"]);
            Assert.Equal(503, (int?)error.Json["status"]);
            Assert.Equal("service_unavailable", (string?)error.Json["code"]);
            Assert.DoesNotContain("Nothing was begun", (string)error.Json["message"]!, StringComparison.Ordinal);
        }
        await using (var next = await ServerScene.StartAsync(new() { Models = models, Directory = directory }))
        {
            using var client = next.Client(token);
            using var rest = await client.FollowAsync(runId, last);
            Assert.Equal("succeeded", (string?)(await rest.UntilAsync("workflow_finished")).Data["status"]);
        }
        Directory.Delete(directory, recursive: true);
    }

    private static Task<TestAnswer> RunAsync(TestClient client, string upload) => client.RunAsync(new() { ["title"] = "Letter" }, body => body["files"] = new JsonArray(new JsonObject
    {
        ["type"] = "document",
        ["transfer_method"] = "local_file",
        ["upload_file_id"] = upload,
    }));

    private static async Task<TestAnswer> UploadAsync(TestClient client, string text)
    {
        using var body = new MultipartFormDataContent();
        using var file = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        body.Add(file, "file", "letter.txt");
        using var answer = await client.Http.PostAsync("files/upload", body, Cancel);
        return await TestAnswer.OfAsync(answer);
    }
}
