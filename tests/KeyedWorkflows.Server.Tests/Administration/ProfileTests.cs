using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Server.Tests.Security;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Administration;

/// <summary>What an operator does with profiles, over HTTP.</summary>
public sealed class ProfileTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(AdministrationScene.Stores), MemberType = typeof(AdministrationScene))]
    public async Task A_profile_is_made_shown_changed_and_deleted(bool onPostgreSql)
    {
        await using var scene = await AdministrationScene.StartAsync(onPostgreSql);
        var key = ServerScene.NewKey();

        var answer = await scene.Admin.PostAsync("profiles", new JsonObject
        {
            ["name"] = "acme_openai",
            ["tenant"] = "acme",
            ["provider"] = "openai",
            ["api_key"] = $" {key}\n",
            ["endpoint"] = "http://10.0.0.7:8080/v1",
            ["organization"] = "org-1",
            ["headers"] = new JsonObject { ["x-route"] = "east" },
            ["model"] = "gpt-4o-mini",
            ["models"] = new JsonObject { ["gpt-4o"] = "acme-4o" },
            ["labels"] = new JsonObject { ["contract"] = "4711" },
            ["limits"] = new JsonObject { ["requests_per_minute"] = 60, ["day"] = new JsonObject { ["tokens"] = 0 }, ["month"] = new JsonObject { ["money"] = "12.50", ["soft"] = true } },
        });
        var made = answer.Done(201);
        var (id, path) = (made.Id(), "profiles/" + made.Id());
        Assert.Equal("/admin/v1/" + path, answer.Headers.Location!.OriginalString);
        Assert.Equal($"\"{made["revision"]}\"", answer.ETag());
        Assert.Matches("^[0-9a-f]{16}$", (string?)made["key_fingerprint"]);
        Assert.Equal("""["x-route"]""", made["header_names"]!.ToJsonString());
        Assert.Equal("""{"requests_per_minute":60,"tokens_per_minute":null,"day":{"tokens":0,"money":null,"currency":"USD","soft":false},"month":{"tokens":null,"money":"12.50","currency":"USD","soft":true}}""", made["limits"]!.ToJsonString());
        Assert.Equal(made.ToJsonString(), (await scene.Admin.GetAsync(path)).Done().ToJsonString());

        // What is not given stays, and null takes away.
        var patched = (await scene.Admin.PatchAsync(path, new JsonObject { ["model"] = null, ["labels"] = new JsonObject(), ["organization"] = "org-2" })).Done();
        Assert.Equal(("org-2", null, "{}", "http://10.0.0.7:8080/v1"), ((string?)patched["organization"], (string?)patched["model"], patched["labels"]!.ToJsonString(), (string?)patched["endpoint"]));
        Assert.Equal(made["limits"]!.ToJsonString(), patched["limits"]!.ToJsonString());
        Assert.Equal((string?)made["key_fingerprint"], (string?)patched["key_fingerprint"]);
        Assert.Equal(key, (await scene.Server.Profiles.OpenAsync(id, Cancel))!.ApiKey!.Reveal());

        // A replacement is the whole of it, but for key, headers and whether it is enabled.
        Assert.False((bool?)(await scene.Admin.PostAsync(path + "/disable")).Done()["enabled"]);
        var replaced = (await scene.Admin.PutAsync(path, new JsonObject { ["tenant"] = "acme", ["provider"] = "openai", ["endpoint"] = "http://10.0.0.7:8080/v1" })).Done();
        Assert.Equal((false, null, """["x-route"]""", null), ((bool?)replaced["enabled"], (string?)replaced["organization"], replaced["header_names"]!.ToJsonString(), replaced["limits"]));
        Assert.True((bool?)(await scene.Admin.PostAsync(path + "/enable")).Done()["enabled"]);

        (await scene.Admin.DeleteAsync(path)).Done(204);
        (await scene.Admin.GetAsync(path)).AssertError(404, "not_found");
        (await scene.Admin.DeleteAsync(path)).AssertError(404, "not_found");
        (await scene.Admin.PostAsync(path + "/enable")).AssertError(404, "not_found");
        (await scene.Admin.PatchAsync(path, new JsonObject())).AssertError(404, "not_found");
    }

    [Theory]
    [MemberData(nameof(AdministrationScene.Stores), MemberType = typeof(AdministrationScene))]
    public async Task Profiles_are_listed_by_pages_and_filters(bool onPostgreSql)
    {
        await using var scene = await AdministrationScene.StartAsync(onPostgreSql);
        for (var i = 0; i < 7; i++)
            await scene.Server.AddProfileAsync($"client_{i}", i % 2 == 0 ? "even" : "odd");
        (await scene.Admin.PostAsync($"profiles/{(await scene.Admin.GetAsync("profiles?name=client_4")).Done()["data"]![0]!["id"]}/disable")).Done();

        Assert.Equal("client_0 client_1 client_2, 7, true", (await scene.Admin.GetAsync("profiles?limit=3")).Done().Told());
        Assert.Equal("client_6, 7, false", (await scene.Admin.GetAsync("profiles?limit=3&page=3")).Done().Told());
        Assert.Empty((await scene.Admin.GetAsync("profiles?limit=500&page=1000000")).Done().Names());
        Assert.Equal(["client_1", "client_3", "client_5"], (await scene.Admin.GetAsync("profiles?tenant=odd")).Done().Names());
        Assert.Equal(["client_4"], (await scene.Admin.GetAsync("profiles?enabled=false")).Done().Names());
        Assert.Empty((await scene.Admin.GetAsync("profiles?provider=other")).Done().Names());
        foreach (var query in new[] { "limit=0", "limit=501", "page=0", "page=x", "enabled=perhaps", "name=", "name=a&name=b" })
            (await scene.Admin.GetAsync("profiles?" + query)).AssertError(400, "invalid_param");
    }

    [Fact]
    public async Task What_cannot_be_stored_is_refused_in_words_and_without_an_echo()
    {
        await using var scene = await AdministrationScene.StartAsync();
        await scene.Server.AddProfileAsync("taken", "acme");
        var canary = Canary.Word();
        var key = Canary.Key();
        (string Body, int Status, string Code)[] cases =
        [
            ("""{"name":"taken","provider":"openai"}""", 409, "name_taken"),
            ("""{"name":"Acme","provider":"openai"}""", 400, "invalid_param"),
            ("""{"name":"KEY","provider":"openai"}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"KEY"}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","tenant":"KEY"}""", 400, "invalid_param"),
            ("""{"name":"a"}""", 400, "invalid_param"),
            ("""{"provider":"openai"}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","api_key":null}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","api_key":""}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","api_key":"KEY WORD"}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","api_key":"KEY\r\nWORD"}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","api_key":"\"KEY\""}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","api_key":"'KEY'"}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","api_key":{"WORD":"KEY"}}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","api_key":"secret:0123456789abcdef"}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","api_key":"app-12345WORD"}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","api_key":" adm-12345WORD"}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","api_key":"whsec_WORD"}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","headers":{"WORD WORD":"KEY"}}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","headers":{"Cookie":"KEY"}}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","headers":null}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","endpoint":"WORD"}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","endpoint":"https://KEY@WORD.example/"}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","endpoint":"https://WORD.example/?k=KEY"}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","models":{"a":1}}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","enabled":"WORD"}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","limits":{"WORD":1}}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","limits":{"day":{}}}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","limits":{"day":{"money":"WORD"}}}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","limits":{"requests_per_minute":0}}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai","WORD":"KEY"}""", 400, "invalid_param"),
            ("""{"name":"a","name":"a","provider":"openai"}""", 400, "invalid_param"),
            ("""{"Name":"a","provider":"openai"}""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai"} WORD""", 400, "invalid_param"),
            ("""{"name":"a","provider":"openai",WORD}""", 400, "invalid_param"),
            ("""["WORD"]""", 400, "invalid_param"),
            ("", 400, "invalid_param"),
        ];
        foreach (var (body, status, code) in cases)
        {
            var answer = (await scene.Admin.SendAsync("POST", "profiles", body.Replace("KEY", key, StringComparison.Ordinal).Replace("WORD", canary, StringComparison.Ordinal))).AssertError(status, code);
            Assert.DoesNotContain(canary, answer.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(key, answer.Text, StringComparison.OrdinalIgnoreCase);
        }
        Assert.False(scene.Server.Logs.Holds(canary) || scene.Server.Logs.Holds(key), "A log holds what was sent.");
        Assert.Equal(["taken"], (await scene.Admin.GetAsync("profiles")).Done().Names());
    }

    [Theory]
    [MemberData(nameof(AdministrationScene.Stores), MemberType = typeof(AdministrationScene))]
    public async Task EndpointChangeNeedsKey(bool onPostgreSql)
    {
        await using var scene = await AdministrationScene.StartAsync(onPostgreSql);
        var key = ServerScene.NewKey();
        var made = (await scene.Admin.PostAsync("profiles", new JsonObject
        {
            ["name"] = "acme_openai", ["tenant"] = "acme", ["provider"] = "openai", ["api_key"] = key, ["headers"] = new JsonObject { ["x-secret"] = "hidden-value" },
        })).Done(201);
        var path = "profiles/" + made.Id();

        foreach (var (field, value) in new[] { ("endpoint", "https://elsewhere.example/v1"), ("tenant", "bolt"), ("provider", "other") })
        {
            (await scene.Admin.PatchAsync(path, new JsonObject { [field] = value })).AssertError(422, "key_required");
            (await scene.Admin.PatchAsync(path, new JsonObject { [field] = value, ["api_key"] = ServerScene.NewKey() })).AssertError(422, "key_required");
            (await scene.Admin.PatchAsync(path, new JsonObject { [field] = value, ["headers"] = new JsonObject() })).AssertError(422, "key_required");
            (await scene.Admin.PutAsync(path, new JsonObject { ["tenant"] = "acme", ["provider"] = "openai", [field] = value })).AssertError(422, "key_required");
        }
        (await scene.Admin.PutAsync(path, new JsonObject { ["provider"] = "openai" })).AssertError(422, "key_required");
        var unchanged = await scene.Server.Profiles.OpenAsync(made.Id(), Cancel);
        Assert.Equal((key, null, "acme", (string?)made["revision"]), (unchanged!.ApiKey!.Reveal(), unchanged.Endpoint, unchanged.Tenant, unchanged.Revision));

        var anew = ServerScene.NewKey();
        (await scene.Admin.PatchAsync(path, new JsonObject { ["endpoint"] = "https://elsewhere.example/v1", ["api_key"] = anew, ["headers"] = new JsonObject() })).Done();
        var moved = await scene.Server.Profiles.OpenAsync(made.Id(), Cancel);
        Assert.Equal((anew, 0, "elsewhere.example"), (moved!.ApiKey!.Reveal(), moved.Headers.Count, moved.Endpoint!.Host));
    }

    [Theory]
    [MemberData(nameof(AdministrationScene.Stores), MemberType = typeof(AdministrationScene))]
    public async Task Of_two_operators_on_one_profile_one_wins_and_the_other_hears_of_it(bool onPostgreSql)
    {
        await using var scene = await AdministrationScene.StartAsync(onPostgreSql);
        using var second = await scene.AddAsync(new() { Name = "second" });
        var path = "profiles/" + (await scene.Server.AddProfileAsync("acme_openai", "acme")).Id;

        for (var round = 0; round < 5; round++)
        {
            var read = (await scene.Admin.GetAsync(path)).ETag();
            Assert.Equal(read, (await second.GetAsync(path)).ETag());
            var label = round.ToString(CultureInfo.InvariantCulture);
            var answers = await Task.WhenAll(
                scene.Admin.PatchAsync(path, new JsonObject { ["labels"] = new JsonObject { ["by"] = "first " + label } }, read),
                second.PatchAsync(path, new JsonObject { ["labels"] = new JsonObject { ["by"] = "second " + label } }, read));

            var won = Assert.Single(answers, static answer => answer.Status == HttpStatusCode.OK);
            Assert.Single(answers, static answer => answer.Status == HttpStatusCode.PreconditionFailed).AssertError(412, "precondition_failed");
            Assert.Equal(won.Json["labels"]!.ToJsonString(), (await scene.Admin.GetAsync(path)).Json["labels"]!.ToJsonString());

            // All that changes it takes part.
            foreach (var (method, action, body) in new[]
            {
                ("PUT", "", """{"provider":"openai","tenant":"acme"}"""), ("PATCH", "", "{}"), ("DELETE", "", null), ("POST", "/enable", null), ("POST", "/disable", null),
                ("POST", "/rotate", """{"api_key":"anything-else","force":true}"""), ("POST", "/rotate", """{"api_key":"anything-else"}"""),
            })
                (await second.SendAsync(method, path + action, body, read)).AssertError(412, "precondition_failed");
            (await scene.Admin.PatchAsync(path, new JsonObject(), "*")).Done();
        }
        foreach (var tag in new[] { "x", "\"\"", "W/\"x\"", "\"a\", \"b\"", "\"" + new string('a', 100) + "\"" })
            (await scene.Admin.PatchAsync(path, new JsonObject(), tag)).AssertError(400, "invalid_param");
        var current = (await scene.Admin.GetAsync(path)).ETag();
        (await scene.Admin.DeleteAsync(path, current)).Done(204);
    }

    [Theory]
    [MemberData(nameof(AdministrationScene.Stores), MemberType = typeof(AdministrationScene))]
    public async Task A_new_key_is_tried_before_it_is_swapped_in(bool onPostgreSql)
    {
        await using var scene = await AdministrationScene.StartAsync(onPostgreSql);
        var (old, wrong, right, forced) = (ServerScene.NewKey(), ServerScene.NewKey(), ServerScene.NewKey(), ServerScene.NewKey());
        var made = await scene.Server.AddProfileAsync("acme_openai", "acme", old);
        scene.Server.Models.Keys.Add(right);
        var path = $"profiles/{made.Id}/rotate";

        var refused = (await scene.Admin.PostAsync(path, new JsonObject { ["api_key"] = wrong })).AssertError(422, "key_refused");
        Assert.Equal((WorkflowErrorCodes.Unauthorized, 401), ((string?)refused.Json["error_code"], (int?)refused.Json["provider_status"]));
        Assert.Equal((old, made.Revision), await StateAsync());

        // Down is not known to be right either.
        scene.Server.Models.FailNext(ModelServerFault.ServerError());
        (await scene.Admin.PostAsync(path, new JsonObject { ["api_key"] = right })).AssertError(422, "key_refused");
        Assert.Equal((old, made.Revision), await StateAsync());

        // It went to the endpoint of a client's, with its headers: that is counted.
        await scene.Server.Services.GetRequiredService<HostStorage>().Refusals.FlushAsync(TestContext.Current.CancellationToken);
        var counted = Assert.Single((await scene.Admin.GetAsync("audit?actor=ops")).Done()["entries"]!.AsArray());
        Assert.Equal(("profile.rotate", "key_refused", 2, made.Id), ((string?)counted!["action"], (string?)counted["outcome"], (int?)counted["count"], (string?)counted["subject_id"]));

        var before = scene.Server.Models.Requests.Count;
        var rotated = (await scene.Admin.PostAsync(path, new JsonObject { ["api_key"] = right })).Done();
        Assert.Equal((true, "gpt-4o-mini"), ((bool?)rotated["trial"]!["ok"], (string?)rotated["trial"]!["model"]));
        Assert.Equal(right, (await StateAsync()).Key);
        Assert.NotEqual(made.KeyFingerprint, (string?)rotated["key_fingerprint"]);
        Assert.Equal(before + 1, scene.Server.Models.Requests.Count);

        // What is forced is not tried.
        var swapped = (await scene.Admin.PostAsync(path, new JsonObject { ["api_key"] = forced, ["force"] = true })).Done();
        Assert.Null(swapped["trial"]);
        Assert.Equal((forced, before + 1), ((await StateAsync()).Key, scene.Server.Models.Requests.Count));
        Assert.False((bool?)(await scene.Admin.PostAsync($"profiles/{made.Id}/test")).Done()["trial"]!["ok"]);
        foreach (var text in new[] { wrong, right, forced, old })
            Assert.False(scene.Server.Logs.Holds(text), "A log holds a key.");

        // A trial is nobody's usage.
        Assert.Empty((await scene.Admin.GetAsync("usage")).Done()["rows"]!.AsArray());

        async Task<(string Key, string Revision)> StateAsync()
        {
            var present = (await scene.Server.Profiles.OpenAsync(made.Id, Cancel))!;
            return (present.ApiKey!.Reveal(), present.Revision);
        }
    }

    [Fact]
    public async Task A_profile_that_moved_while_its_new_key_was_tried_is_not_given_the_key()
    {
        await using var scene = await AdministrationScene.StartAsync();
        var made = await scene.Server.AddProfileAsync("acme_openai", "acme");
        var (fresh, other) = (ServerScene.NewKey(), ServerScene.NewKey());
        scene.Server.Models.Keys.Add(fresh);
        var gate = new ModelServerGate();
        scene.Server.Models.When(_ => true).HoldUntil(gate).Answer(ModelAnswer.Text("pong"));

        var rotating = scene.Admin.PostAsync($"profiles/{made.Id}/rotate", new JsonObject { ["api_key"] = fresh });
        await gate.ArrivedAsync(1, Cancel);
        (await scene.Admin.PatchAsync($"profiles/{made.Id}", new JsonObject { ["endpoint"] = "https://elsewhere.example/v1", ["api_key"] = other })).Done();
        gate.Open();

        (await rotating).AssertError(412, "precondition_failed");
        Assert.Equal(other, (await scene.Server.Profiles.OpenAsync(made.Id, Cancel))!.ApiKey!.Reveal());
    }

    [Fact]
    public async Task A_stored_key_is_tried_and_what_came_of_it_told_without_the_key()
    {
        await using var scene = await AdministrationScene.StartAsync();
        var key = Canary.Key();
        var good = await scene.Server.AddProfileAsync("good", "acme", key);
        var keyless = await scene.Server.Profiles.CreateAsync(new() { Name = "keyless", Provider = "openai" }, Cancel);
        var foreign = await scene.Server.Profiles.CreateAsync(new() { Name = "foreign", Provider = "other", ApiKey = Secret.From(ServerScene.NewKey()) }, Cancel);
        var private_ = await scene.Server.Profiles.CreateAsync(new() { Name = "private", Provider = "openai", ApiKey = Secret.From(key), Endpoint = new Uri("http://127.0.0.1:9/v1") }, Cancel);

        Assert.True((bool?)await TrialAsync(good.Id, "ok"));
        Assert.Equal("acme-model", (string?)(await scene.Admin.PostAsync($"profiles/{good.Id}/test", new JsonObject { ["model"] = "acme-model" })).Done()["trial"]!["model"]);
        Assert.Equal(WorkflowErrorCodes.ProviderNotInitialized, (string?)await TrialAsync(keyless.Id, "error_code"));
        Assert.Equal(WorkflowErrorCodes.ProviderMismatch, (string?)await TrialAsync(foreign.Id, "error_code"));
        Assert.Equal(WorkflowErrorCodes.ConnectionFailed, (string?)await TrialAsync(private_.Id, "error_code"));

        // One that is for embeddings alone is asked for one.
        var embedding = await scene.Server.Profiles.CreateAsync(new() { Name = "embedding", Provider = "openai", ApiKey = Secret.From(key), EmbeddingModel = "text-embedding-3-small" }, Cancel);
        Assert.Equal("text-embedding-3-small", (string?)await TrialAsync(embedding.Id, "model"));
        Assert.Equal("/v1/embeddings", scene.Server.Models.Requests[^1].Path);

        // Some providers repeat what they were sent.
        scene.Server.Models.FailNext(ModelServerFault.EchoKeyInError());
        var answer = await scene.Admin.PostAsync($"profiles/{good.Id}/test");
        Assert.Equal(WorkflowErrorCodes.Unauthorized, (string?)answer.Done()["trial"]!["error_code"]);
        Assert.DoesNotContain(key, answer.Text, StringComparison.Ordinal);
        (await scene.Admin.PostAsync("profiles/none/test")).AssertError(404, "not_found");
        (await scene.Admin.PostAsync($"profiles/{good.Id}/test", new JsonObject { ["model"] = key })).AssertError(400, "invalid_param");

        async Task<JsonNode?> TrialAsync(string id, string field) => (await scene.Admin.PostAsync($"profiles/{id}/test")).Done()["trial"]![field]?.DeepClone();
    }

    [Fact]
    public async Task References_to_keys_are_stored_over_http_where_the_host_allows_it_and_tried_as_runs_use_them()
    {
        var (key, name) = (Canary.Key(), "KEYEDWORKFLOWS_SECRET_" + Guid.NewGuid().ToString("N"));
        await using var strict = await AdministrationScene.StartAsync(options: new() { Storage = static storage => storage.SecretReferences.AllowEnvironment = true });
        await using var open = await AdministrationScene.StartAsync(options: new() { Storage = static storage => (storage.SecretReferences.AllowEnvironment, storage.SecretReferences.AllowFromAdministrationApi) = (true, true) });
        JsonObject Draft(string reference) => new() { ["name"] = "acme_openai", ["provider"] = "openai", ["key_reference"] = reference };

        (await strict.Admin.PostAsync("profiles", Draft("env:" + name))).AssertError(422, "reference_refused");
        var own = await strict.Server.AddProfileAsync("own", "acme");
        (await strict.Admin.PatchAsync($"profiles/{own.Id}", new JsonObject { ["key_reference"] = "env:" + name })).AssertError(422, "reference_refused");
        Assert.DoesNotContain(key, (await open.Admin.PostAsync("profiles", Draft(key))).AssertError(422, "reference_refused").Text, StringComparison.OrdinalIgnoreCase);
        (await open.Admin.PostAsync("profiles", Draft("env:PATH"))).AssertError(422, "reference_refused");
        (await open.Admin.PostAsync("profiles", new JsonObject { ["name"] = "acme_openai", ["provider"] = "openai", ["key_reference"] = "env:" + name, ["api_key"] = key })).AssertError(400, "invalid_param");

        var made = (await open.Admin.PostAsync("profiles", Draft("env:" + name))).Done(201);
        Assert.Equal(("env:" + name, null), ((string?)made["key_reference"], (string?)made["key_fingerprint"]));
        Assert.Equal(WorkflowErrorCodes.SecretUnavailable, (string?)(await open.Admin.PostAsync($"profiles/{made.Id()}/test")).Done()["trial"]!["error_code"]);
        Environment.SetEnvironmentVariable(name, key);
        open.Server.Models.Keys.Add(key);
        var tried = await open.Admin.PostAsync($"profiles/{made.Id()}/test");
        Assert.True((bool?)tried.Done()["trial"]!["ok"], tried.Text);
        Assert.DoesNotContain(key, tried.Text, StringComparison.Ordinal);

        // To move it elsewhere takes the key or the reference anew.
        (await open.Admin.PatchAsync($"profiles/{made.Id()}", new JsonObject { ["endpoint"] = "https://elsewhere.example/v1" })).AssertError(422, "key_required");

        // A key of its own takes the reference's place.
        var fresh = ServerScene.NewKey();
        open.Server.Models.Keys.Add(fresh);
        var rotated = (await open.Admin.PostAsync($"profiles/{made.Id()}/rotate", new JsonObject { ["api_key"] = fresh })).Done();
        Assert.Null(rotated["key_reference"]);
        Assert.NotNull(rotated["key_fingerprint"]);
        Environment.SetEnvironmentVariable(name, null);
    }

    [Theory]
    [MemberData(nameof(AdministrationScene.Stores), MemberType = typeof(AdministrationScene))]
    public async Task An_export_holds_no_secret_and_is_imported_elsewhere_disabled(bool onPostgreSql)
    {
        await using var scene = await AdministrationScene.StartAsync(onPostgreSql);
        await using var other = await AdministrationScene.StartAsync();
        var key = Canary.Key();
        await scene.Server.AddProfileAsync("acme_openai", "acme", key);
        await scene.Server.AddProfileAsync("bolt_openai", "bolt");
        await other.Server.AddProfileAsync("bolt_openai", "bolt");

        var export = await scene.Admin.GetAsync("export");
        export.Done();
        Assert.DoesNotContain(key, export.Text, StringComparison.Ordinal);
        Assert.DoesNotContain((await scene.Server.Profiles.FindByNameAsync("acme_openai", Cancel))!.KeyFingerprint!, export.Text, StringComparison.Ordinal);

        var imported = (await other.Admin.SendAsync("POST", "import", export.Text)).Done();
        Assert.Equal("""{"created":["acme_openai"],"skipped":["bolt_openai"]}""", imported.ToJsonString());
        var made = (await other.Admin.GetAsync("profiles?name=acme_openai")).Done()["data"]![0]!;
        Assert.Equal((false, null, "acme"), ((bool?)made["enabled"], (string?)made["key_fingerprint"], (string?)made["tenant"]));

        foreach (var text in new[] { "{}", "[]", """{"version":1,"profiles":[{"name":"x","provider":"openai","apiKey":"KEY"}]}""".Replace("KEY", key, StringComparison.Ordinal), """{"version":1,"profiles":[{"name":"x1","provider":"openai"},{"name":"Bad","provider":"openai"}]}""" })
            Assert.DoesNotContain(key, (await other.Admin.SendAsync("POST", "import", text)).AssertError(400, "invalid_param").Text, StringComparison.Ordinal);
        Assert.Empty((await other.Admin.GetAsync("profiles?name=x1")).Done().Names());
    }
}
