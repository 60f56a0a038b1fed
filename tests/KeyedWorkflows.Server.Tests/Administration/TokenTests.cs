using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Server.Tests.Security;

namespace KeyedWorkflows.Server.Tests.Administration;

/// <summary>What an operator does with callers' tokens, over HTTP.</summary>
public sealed class TokenTests
{
    private static JsonObject Hello => new() { ["text"] = "Hello" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(AdministrationScene.Stores), MemberType = typeof(AdministrationScene))]
    public async Task A_token_is_shown_once_and_changed_and_revoked(bool onPostgreSql)
    {
        await using var scene = await AdministrationScene.StartAsync(onPostgreSql);
        await scene.Server.AddProfileAsync("acme_openai", "acme");
        var answer = await scene.Admin.PostAsync("tokens", new JsonObject
        {
            ["name"] = "acme-web", ["workflows"] = new JsonArray("keyed"), ["pinned_tenant"] = "acme", ["requests_per_minute"] = 100, ["expires_at"] = "2126-01-01T00:00:00Z",
            ["limits"] = new JsonObject { ["tokens_per_minute"] = 100_000 },
        });
        var made = answer.Done(201);
        var path = "tokens/" + made.Id();
        Assert.Equal("/admin/v1/" + path, answer.Headers.Location!.OriginalString);
        Assert.Matches("^app-[A-Za-z0-9_-]{43}$", (string?)made["value"]);
        Assert.StartsWith("whsec_", (string?)made["callback_secret"], StringComparison.Ordinal);
        Assert.Equal("2126-01-01T00:00:00Z", (string?)made["expires_at"]);
        (await RunAsync(scene, made)).AssertSucceeded();

        var shown = await scene.Admin.GetAsync(path);
        Assert.False(shown.Done().ContainsKey("value") || shown.Json.ContainsKey("callback_secret"));
        Assert.Equal(answer.ETag(), shown.ETag());
        Assert.DoesNotContain((string)made["value"]!, (await scene.Admin.GetAsync("tokens")).Text, StringComparison.Ordinal);

        var patched = (await scene.Admin.PatchAsync(path, new JsonObject { ["requests_per_minute"] = null }, shown.ETag())).Done();
        Assert.Equal((null, "acme", 100_000), (patched["requests_per_minute"], (string?)patched["pinned_tenant"], (int?)patched["limits"]!["tokens_per_minute"]));
        (await scene.Admin.PatchAsync(path, new JsonObject(), shown.ETag())).AssertError(412, "precondition_failed");
        (await scene.Admin.PutAsync(path, new JsonObject { ["tenants"] = new JsonArray("acme") }, shown.ETag())).AssertError(412, "precondition_failed");
        (await scene.Admin.DeleteAsync(path, shown.ETag())).AssertError(412, "precondition_failed");
        (await RunAsync(scene, made)).AssertSucceeded();

        var disabled = await scene.Admin.PostAsync(path + "/disable");
        Assert.False((bool?)disabled.Done()["enabled"]);
        (await RunAsync(scene, made)).AssertError(401, "unauthorized");
        var replaced = (await scene.Admin.PutAsync(path, new JsonObject { ["workflows"] = new JsonArray("keyed", "desk"), ["tenants"] = new JsonArray("acme") }, disabled.ETag())).Done();
        Assert.Equal((false, null, null), ((bool?)replaced["enabled"], (string?)replaced["pinned_tenant"], (string?)replaced["expires_at"]));
        (await scene.Admin.PostAsync(path + "/enable")).Done();
        (await RunAsync(scene, made)).AssertError(400, "invalid_param");

        (await scene.Admin.DeleteAsync(path)).Done(204);
        (await RunAsync(scene, made)).AssertError(401, "unauthorized");
        (await scene.Admin.GetAsync(path)).AssertError(404, "not_found");
        (await scene.Admin.DeleteAsync(path)).AssertError(404, "not_found");
        (await scene.Admin.PostAsync(path + "/rotate", new JsonObject { ["grace_seconds"] = 0 })).AssertError(404, "not_found");
    }

    [Theory]
    [MemberData(nameof(AdministrationScene.Stores), MemberType = typeof(AdministrationScene))]
    public async Task A_rotated_token_has_two_values_within_its_grace_and_one_without(bool onPostgreSql)
    {
        await using var scene = await AdministrationScene.StartAsync(onPostgreSql);
        await scene.Server.AddProfileAsync("acme_openai", "acme");
        var first = (await scene.Admin.PostAsync("tokens", new JsonObject { ["name"] = "acme-web", ["workflows"] = new JsonArray("keyed"), ["pinned_tenant"] = "acme" })).Done(201);
        var path = "tokens/" + first.Id();
        var run = (await RunAsync(scene, first)).RunId;

        var second = (await scene.Admin.PostAsync(path + "/rotate", new JsonObject { ["grace_seconds"] = 3600 })).Done();
        Assert.NotEqual((string?)first["value"], (string?)second["value"]);
        Assert.False(second.ContainsKey("callback_secret"));
        Assert.InRange((DateTimeOffset)second["former_until"]!, DateTimeOffset.UtcNow.AddMinutes(55), DateTimeOffset.UtcNow.AddMinutes(61));
        foreach (var one in new[] { first, second, first })
            (await RunAsync(scene, one)).AssertSucceeded();

        // It is one token: what one value began the other sees.
        using (var http = scene.Server.Anyone((string?)second["value"]))
        using (var seen = await http.GetAsync(new Uri($"workflows/run/{run}", UriKind.Relative), Cancel))
            Assert.True(seen.IsSuccessStatusCode);

        // Whatever else is changed meanwhile, the grace goes on.
        (await scene.Admin.PatchAsync(path, new JsonObject { ["requests_per_minute"] = 1000 })).Done();
        (await RunAsync(scene, first)).AssertSucceeded();

        // Of three values the oldest is taken no more.
        var third = (await scene.Admin.PostAsync(path + "/rotate", new JsonObject { ["grace_seconds"] = 3600 })).Done();
        (await RunAsync(scene, first)).AssertError(401, "unauthorized");
        (await RunAsync(scene, second)).AssertSucceeded();
        (await RunAsync(scene, third)).AssertSucceeded();

        // One that reached nobody is replaced, and the one before it goes on.
        var instead = (await scene.Admin.PostAsync(path + "/rotate", new JsonObject { ["keep_former"] = true })).Done();
        Assert.Equal((string?)third["former_until"], (string?)instead["former_until"]);
        (await RunAsync(scene, third)).AssertError(401, "unauthorized");
        foreach (var one in new[] { second, instead })
            (await RunAsync(scene, one)).AssertSucceeded();

        // One that got to others is cut off at once.
        var fourth = (await scene.Admin.PostAsync(path + "/rotate", new JsonObject { ["grace_seconds"] = 0 })).Done();
        Assert.Null(fourth["former_until"]);
        foreach (var one in new[] { first, second, third, instead })
            (await RunAsync(scene, one)).AssertError(401, "unauthorized");
        (await RunAsync(scene, fourth)).AssertSucceeded();
        foreach (var body in new[] { "{}", """{"grace_seconds":-1}""", """{"grace_seconds":2592001}""", """{"grace_seconds":null}""", """{"grace_seconds":"1"}""", """{"grace_seconds":1.5}""", """{"keep_former":false}""", """{"keep_former":1}""", """{"keep_former":true,"grace_seconds":1}""", """{"keep_former":true}""" })
            (await scene.Admin.SendAsync("POST", path + "/rotate", body)).AssertError(400, "invalid_param");
        (await RunAsync(scene, fourth)).AssertSucceeded();
    }

    [Fact]
    public async Task Tokens_are_listed_by_tenant_and_what_is_malformed_is_refused_without_an_echo()
    {
        await using var scene = await AdministrationScene.StartAsync();
        var key = Canary.Key();
        (await scene.Admin.PostAsync("tokens", new JsonObject { ["name"] = "pinned", ["pinned_tenant"] = "acme" })).Done(201);
        (await scene.Admin.PostAsync("tokens", new JsonObject { ["name"] = "granted", ["tenants"] = new JsonArray("acme", "bolt") })).Done(201);
        (await scene.Admin.PostAsync("tokens", new JsonObject { ["name"] = "other", ["tenants"] = new JsonArray("bolt") })).Done(201);

        Assert.Equal(["granted", "pinned"], (await scene.Admin.GetAsync("tokens?tenant=acme")).Done().Names());
        Assert.Equal(["other"], (await scene.Admin.GetAsync("tokens?name=other&enabled=true")).Done().Names());
        foreach (var (body, status, code) in new[]
        {
            ("""{"name":"pinned"}""", 409, "name_taken"), ("{}", 400, "invalid_param"), ("""{"name":"KEY"}""", 400, "invalid_param"), ("""{"name":"a","tenants":["KEY"]}""", 400, "invalid_param"),
            ("""{"name":"a","tenants":"KEY"}""", 400, "invalid_param"), ("""{"name":"a","workflows":[1]}""", 400, "invalid_param"), ("""{"name":"a","profile_ids":["KEY"]}""", 400, "invalid_param"),
            ("""{"name":"a","pinned_tenant":"acme","tenants":["bolt"]}""", 400, "invalid_param"), ("""{"name":"a","expires_at":"KEY"}""", 400, "invalid_param"), ("""{"name":"a","value":"KEY"}""", 400, "invalid_param"),
            ("""{"name":"a","concurrent_runs":0}""", 400, "invalid_param"), ("""{"name":"a","enabled":true}""", 400, "invalid_param"),
        })
            Assert.DoesNotContain(key, (await scene.Admin.SendAsync("POST", "tokens", body.Replace("KEY", key, StringComparison.Ordinal))).AssertError(status, code).Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(3, (int?)(await scene.Admin.GetAsync("tokens")).Done()["total"]);
    }

    private static async Task<TestAnswer> RunAsync(AdministrationScene scene, JsonObject token)
    {
        using var http = scene.Server.Anyone((string?)token["value"]);
        using var body = new StringContent(new JsonObject { ["inputs"] = Hello, ["user"] = "u" }.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri("workflows/run", UriKind.Relative), body, Cancel);
        return await TestAnswer.OfAsync(answer);
    }
}
