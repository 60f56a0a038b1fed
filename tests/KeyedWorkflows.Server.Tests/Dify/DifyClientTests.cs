using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;

namespace KeyedWorkflows.Server.Tests.Dify;

/// <summary>Dify's published client against the server, unchanged: what an application that calls Dify today does, and the fields that go past Dify through the same client.</summary>
public sealed class DifyClientTests(DifyClient dify) : IClassFixture<DifyClient>
{
    [Fact]
    public async Task RunWorkflow_blocking_answers_with_the_outputs()
    {
        await using var scene = await DeskAsync();
        using var client = await scene.AddTokenAsync(new TokenDraft { Name = "acme", PinnedTenant = "acme", Workflows = ["desk"] });

        var ran = await dify.CallAsync(client, "runWorkflow", new() { ["inputs"] = Question(), ["user"] = "ada" });

        Assert.Equal("It is on its way.", (string?)ran.AssertSucceeded()["text"]);
        Assert.Equal((string?)ran.Data["workflow_run_id"], (string?)ran.Data["data"]!["id"]);
        Assert.Equal("desk", (string?)ran.Data["data"]!["workflow_id"]);
    }

    [Fact]
    public async Task RunWorkflow_streaming_hands_over_each_event()
    {
        await using var scene = await DeskAsync();
        using var client = await scene.AddTokenAsync(new TokenDraft { Name = "acme", PinnedTenant = "acme", Workflows = ["desk"] });

        var ran = await dify.CallAsync(client, "runWorkflow", new() { ["inputs"] = Question(), ["user"] = "ada", ["stream"] = true });

        var events = ran.Events;
        Assert.Equal("workflow_started", (string?)events[0]["event"]);
        Assert.Equal("It is on its way.", string.Concat(events.Where(static happened => (string?)happened["event"] == "text_chunk").Select(static happened => (string?)happened["data"]!["text"])));
        Assert.Equal("workflow_finished", (string?)events[^1]["event"]);
        Assert.Equal("succeeded", (string?)events[^1]["data"]!["status"]);
    }

    [Fact]
    public async Task GetApplicationParameters_describes_the_input_as_a_form()
    {
        await using var scene = await ServerScene.StartAsync();
        using var client = await scene.AddTokenAsync("acme");

        var told = await dify.CallAsync(client, "getApplicationParameters", new() { ["user"] = "ada" });

        var form = told.Data["user_input_form"]!.AsArray();
        Assert.Equal("question", (string?)form[0]!["paragraph"]!["variable"]);
        Assert.True((bool)form[0]!["paragraph"]!["required"]!);
        Assert.False((bool)told.Data["file_upload"]!["enabled"]!);
    }

    [Fact]
    public async Task FileUpload_gives_a_file_that_an_input_of_its_user_can_refer_to()
    {
        await using var scene = await ServerScene.StartAsync();
        using var client = await scene.AddTokenAsync("acme", "reader");

        var uploaded = await dify.CallAsync(client, "fileUpload", new()
        {
            ["user"] = "ada",
            ["file"] = new JsonObject { ["name"] = "note.txt", ["type"] = "text/plain", ["text"] = "Ring twice." },
        });
        Assert.Equal(201, uploaded.Status);
        Assert.Equal("text/plain", (string?)uploaded.Data["mime_type"]);
        var file = new JsonObject { ["type"] = "document", ["transfer_method"] = "local_file", ["upload_file_id"] = (string?)uploaded.Data["id"] };
        var inputs = new JsonObject { ["document"] = file.DeepClone() };
        var ran = await dify.CallAsync(client, "runWorkflow", new() { ["inputs"] = inputs, ["user"] = "ada" });
        Assert.Equal("Ring twice.", (string?)ran.AssertSucceeded()["text"]);
        (await dify.CallAsync(client, "runWorkflow", new() { ["inputs"] = inputs.DeepClone(), ["user"] = "bob" })).AssertError(404, "not_found");
    }

    [Fact]
    public async Task Files_beside_the_input_go_where_the_input_takes_one()
    {
        await using var scene = await DeskAsync();
        using var client = await scene.AddTokenAsync("acme", "filed");
        var uploaded = await dify.CallAsync(client, "fileUpload", new()
        {
            ["user"] = "ada",
            ["file"] = new JsonObject { ["name"] = "note.txt", ["type"] = "text/plain", ["text"] = "Ring twice." },
        });

        var ran = await SendAsync(client, new JsonObject
        {
            ["inputs"] = new JsonObject { ["title"] = "Door" },
            ["files"] = new JsonArray(new JsonObject { ["type"] = "document", ["transfer_method"] = "local_file", ["upload_file_id"] = (string?)uploaded.Data["id"] }),
        });

        Assert.Equal("Door: Ring twice.", (string?)ran.AssertSucceeded()["text"]);
    }

    [Theory]
    [InlineData("credential_profile")]
    [InlineData("credential_id")]
    [InlineData("credential_tenant")]
    [InlineData("api_key")]
    [InlineData("credentials")]
    public async Task Who_pays_is_said_through_the_same_client(string field)
    {
        await using var scene = await DeskAsync();
        var globex = await scene.AddProfileAsync("globex_openai", "globex");
        var own = ServerScene.NewKey();
        scene.Models.Keys.Add(own);
        using var client = await scene.AddTokenAsync(new TokenDraft { Name = "back-end", Tenants = ["acme", "globex"], Workflows = ["desk"], MaySendKey = true });
        var body = new JsonObject
        {
            ["inputs"] = Question(),
            [field] = field switch
            {
                "credential_profile" => "globex_openai",
                "credential_id" => globex.Id,
                "credential_tenant" => "globex",
                "api_key" => own,
                _ => new JsonObject { ["main"] = new JsonObject { ["credential_profile"] = "globex_openai" } },
            },
        };

        var ran = await SendAsync(client, body);

        Assert.Equal("It is on its way.", (string?)ran.AssertSucceeded()["text"]);
        var run = await dify.CallAsync(client, "sendRequest", new() { ["method"] = "GET", ["path"] = $"/workflows/run/{(string?)ran.Data["workflow_run_id"]}" });
        var binding = run.Data["bindings"]![0]!;
        Assert.Equal(field == "api_key" ? null : "globex_openai", (string?)binding["profile"]);
        Assert.All(scene.Models.Requests, request => Assert.True(field != "api_key" || request.Key == own));
    }

    [Fact]
    public async Task A_streamed_run_names_its_payer_through_sendRequest()
    {
        await using var scene = await DeskAsync();
        using var client = await scene.AddTokenAsync("acme");

        var ran = await dify.CallAsync(client, "sendRequest", new()
        {
            ["method"] = "POST",
            ["path"] = "/workflows/run",
            ["stream"] = true,
            ["data"] = new JsonObject { ["inputs"] = Question(), ["user"] = "ada", ["response_mode"] = "streaming", ["credential_profile"] = "acme_openai" },
        });

        Assert.Equal("acme_openai", (string?)ran.Events[0]["data"]!["bindings"]![0]!["profile"]);
        Assert.Equal("workflow_finished", (string?)ran.Events[^1]["event"]);
    }

    [Fact]
    public async Task Its_errors_hold_the_servers_own()
    {
        await using var scene = await DeskAsync();
        await scene.AddProfileAsync("globex_openai", "globex");
        using var client = await scene.AddTokenAsync("acme");

        var refused = await dify.CallAsync(client, "runWorkflow", new() { ["inputs"] = Question(), ["user"] = "ada", ["token"] = "app-" + Guid.NewGuid().ToString("N") });
        refused.AssertError(401, "unauthorized");
        (await SendAsync(client, new() { ["inputs"] = Question(), ["credential_profile"] = "globex_openai" })).AssertError(404, "not_found");
        (await SendAsync(client, new() { ["inputs"] = Question() }, "/workflows/keyed/run")).AssertError(404, "not_found");
        (await dify.CallAsync(client, "runWorkflow", new() { ["inputs"] = new JsonObject(), ["user"] = "ada" })).AssertError(400, "invalid_param");
        (await dify.CallAsync(client, "runWorkflow", new() { ["inputs"] = Question() })).AssertError(400, "invalid_param");
        (await dify.CallAsync(client, "runWorkflow", new() { ["inputs"] = Question(), ["user"] = "ada" })).AssertError(400, "provider_not_initialize");
    }

    [Fact]
    public async Task A_limit_says_when_to_come_back()
    {
        await using var scene = await DeskAsync();
        using var client = await scene.AddTokenAsync(new TokenDraft { Name = "acme", PinnedTenant = "acme", Workflows = ["desk"], RequestsPerMinute = 1 });

        (await dify.CallAsync(client, "runWorkflow", new() { ["inputs"] = Question(), ["user"] = "ada" })).AssertSucceeded();
        var refused = await dify.CallAsync(client, "runWorkflow", new() { ["inputs"] = Question(), ["user"] = "ada" });

        refused.AssertError(429, "too_many_requests");
        Assert.True(int.Parse((string)refused.Json["retryAfter"]!, null) is > 0 and <= 60, refused.Json.ToJsonString());
    }

    private Task<DifyOutcome> SendAsync(TestClient client, JsonObject body, string path = "/workflows/run")
    {
        body["user"] = "ada";
        body["response_mode"] = "blocking";
        return dify.CallAsync(client, "sendRequest", new() { ["method"] = "POST", ["path"] = path, ["data"] = body });
    }

    private static JsonObject Question() => new() { ["question"] = "Where is my order?" };

    private static async Task<ServerScene> DeskAsync()
    {
        var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        scene.Models.When(static request => request.ResponseSchema is not null).AnswerJson("""{"name":"delivery","mood":"Calm"}""");
        scene.Models.When(static _ => true).Stream("It is ", "on its way.");
        return scene;
    }
}
