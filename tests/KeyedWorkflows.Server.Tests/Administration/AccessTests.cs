using System.Net;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Server.Tests.Security;
using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Administration;

/// <summary>Who may administer.</summary>
public sealed class AccessTests
{
    private static readonly (string Method, string Path)[] Entrances =
    [
        ("GET", "profiles"), ("POST", "profiles"), ("GET", "profiles/x"), ("PUT", "profiles/x"), ("PATCH", "profiles/x"), ("DELETE", "profiles/x"), ("POST", "profiles/x/rotate"), ("POST", "profiles/x/enable"),
        ("POST", "profiles/x/disable"), ("POST", "profiles/x/test"), ("GET", "export"), ("POST", "import"), ("POST", "bulk"), ("GET", "tokens"), ("POST", "tokens"), ("GET", "tokens/x"), ("PUT", "tokens/x"), ("PATCH", "tokens/x"),
        ("DELETE", "tokens/x"), ("POST", "tokens/x/rotate"), ("POST", "tokens/x/enable"), ("POST", "tokens/x/disable"), ("GET", "tenants"), ("GET", "tenants/x"), ("DELETE", "tenants/x"), ("GET", "tenants/x/check"), ("GET", "usage"),
        ("GET", "limits"), ("GET", "runs"), ("GET", "runs/x"), ("GET", "audit"), ("GET", "audit/verify"), ("GET", "whoami"), ("GET", "administrators"), ("DELETE", "administrators/x"), ("GET", "openapi.json"), ("GET", "nothing"),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(AdministrationScene.Stores), MemberType = typeof(AdministrationScene))]
    public async Task AdminAndAppTokensDoNotMix(bool onPostgreSql)
    {
        await using var scene = await AdministrationScene.StartAsync(onPostgreSql);
        await scene.Server.AddProfileAsync("acme_openai", "acme");
        using var caller = await scene.Server.AddTokenAsync("acme", "keyed");
        var app = caller.Token.Value.Reveal();
        var adm = scene.Admin.Token!;

        // Each serves where it belongs.
        (await scene.Admin.GetAsync("profiles")).Done();
        (await caller.RunAsync(new() { ["text"] = "Hello" }, static body => body["credential_tenant"] = "acme")).AssertSucceeded();

        // The other is as unknown as one that was made up, however its beginning is written.
        var unknownAdm = await AnswersAsync(scene, "adm-" + new string('A', 43));
        foreach (var other in new[] { app, "adm-" + app["app-".Length..], "app-" + adm["adm-".Length..], adm + "x", adm[..^1], adm.ToUpperInvariant(), "", "adm-" })
            Assert.Equal(unknownAdm, await AnswersAsync(scene, other));
        Assert.All(unknownAdm, static answer => Assert.StartsWith("401", answer, StringComparison.Ordinal));
        var unknownApp = await CallAsync(scene, "app-" + new string('A', 43));
        foreach (var other in new[] { adm, "app-" + adm["adm-".Length..] })
            Assert.Equal(unknownApp, await CallAsync(scene, other));
        Assert.StartsWith("401", unknownApp, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_scope_read_reads_all_and_changes_nothing()
    {
        await using var scene = await AdministrationScene.StartAsync();
        using var reader = await scene.AddAsync(new() { Name = "auditor", Scope = AdministratorScope.Read });

        foreach (var (method, path) in Entrances)
        {
            var answer = await reader.SendAsync(method, path, method is "GET" or "DELETE" ? null : "{}");
            if (method == "GET")
                Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.NotFound, $"{path}: {answer.Text}");
            else
                answer.AssertError(403, "forbidden");
        }
        Assert.Equal("read", (string?)(await reader.GetAsync("whoami")).Done()["scope"]);
        Assert.Equal(["auditor", "ops"], (await reader.GetAsync("administrators")).Done().Names());
    }

    [Theory]
    [MemberData(nameof(AdministrationScene.Stores), MemberType = typeof(AdministrationScene))]
    public async Task A_token_that_was_revoked_or_has_expired_is_unknown_at_once(bool onPostgreSql)
    {
        await using var scene = await AdministrationScene.StartAsync(onPostgreSql);
        using var leaver = await scene.AddAsync(new() { Name = "leaver" });
        using var guest = await scene.AddAsync(new() { Name = "guest", ExpiresAt = DateTimeOffset.UtcNow.AddSeconds(2) });
        (await leaver.GetAsync("whoami")).Done();
        var id = (await guest.GetAsync("whoami")).Done().Id();

        (await scene.Admin.DeleteAsync("administrators/" + (await leaver.GetAsync("whoami")).Json.Id())).Done(204);
        (await leaver.GetAsync("whoami")).AssertError(401, "unauthorized");
        (await scene.Admin.DeleteAsync("administrators/nobody")).AssertError(404, "not_found");
        Assert.Equal(["guest", "ops"], (await scene.Admin.GetAsync("administrators")).Done().Names());
        while (DateTimeOffset.UtcNow < (DateTimeOffset)(await scene.Admin.GetAsync("administrators")).Json["data"]!.AsArray().Single(one => (string?)one!["id"] == id)!["expires_at"]!)
            await Task.Yield();
        (await guest.GetAsync("whoami")).AssertError(401, "unauthorized");

        // Its name is free again, and the new one inherits nothing.
        using var successor = await scene.AddAsync(new() { Name = "leaver", Scope = AdministratorScope.Read });
        (await successor.PostAsync("profiles", new JsonObject())).AssertError(403, "forbidden");
    }

    [Fact]
    public async Task Who_cannot_be_an_administrator_is_refused_without_an_echo()
    {
        await using var scene = await AdministrationScene.StartAsync();
        var key = Canary.Key();

        foreach (var draft in new AdministratorDraft[]
        {
            new() { Name = key }, new() { Name = "" }, new() { Name = "Ops" }, new() { Name = "ops", Scope = (AdministratorScope)7 }, new() { Name = "late", ExpiresAt = DateTimeOffset.UtcNow.AddDays(-1) }, new() { Name = "ops" },
        })
        {
            var error = await Assert.ThrowsAsync<TokenRefusedException>(() => scene.Administrators.CreateAsync(draft, Cancel));
            Assert.DoesNotContain(key, error.Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Plain_http_from_another_machine_and_keys_in_addresses_are_refused()
    {
        IPAddress? from = null;
        await using var scene = await AdministrationScene.StartAsync(options: new()
        {
            App = app => app.Use((http, next) =>
            {
                http.Connection.RemoteIpAddress = from;
                return next(http);
            }),
        });
        foreach (var address in new[] { "192.0.2.7", "10.0.0.1", "::ffff:192.0.2.7", "2001:db8::1" })
        {
            from = IPAddress.Parse(address);
            foreach (var (method, path) in Entrances)
                (await scene.Admin.SendAsync(method, path, method is "GET" or "DELETE" ? null : "{}")).AssertError(403, "forbidden");
        }
        from = IPAddress.Loopback;
        var key = Canary.Key();
        foreach (var query in new[] { $"api_key={key}", $"name={key}", $"token={scene.Admin.Token}", $"x={scene.Admin.Token}" })
            Assert.DoesNotContain(key, (await scene.Admin.GetAsync("profiles?" + query)).AssertError(400, "invalid_param").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_off_unless_it_is_mapped_and_needs_a_store()
    {
        await using var scene = await ServerScene.StartAsync();
        var made = await scene.Services.GetRequiredService<AdministratorTokens>().CreateAsync(new() { Name = "ops" }, Cancel);
        using var admin = new OperatorClient(scene.Address, made.Value.Reveal());
        Assert.Equal((HttpStatusCode.NotFound, ""), ((await admin.GetAsync("profiles")).Status, (await admin.GetAsync("profiles")).Text));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => ServerScene.StartAsync(new() { Store = false, App = static app => app.MapWorkflowsAdministration() }));
        Assert.Contains("AddSqliteStorage", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Browsers_of_other_origins_are_given_nothing()
    {
        await using var scene = await AdministrationScene.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, "profiles");
        request.Headers.TryAddWithoutValidation("Origin", "https://elsewhere.example");
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "POST");
        using var answer = await scene.Admin.Http.SendAsync(request, Cancel);

        Assert.DoesNotContain(answer.Headers, static header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    private static async Task<string[]> AnswersAsync(AdministrationScene scene, string token)
    {
        using var client = scene.Client(token.Length == 0 ? null : token);
        List<string> answers = [];
        foreach (var (method, path) in Entrances)
        {
            var answer = await client.SendAsync(method, path, method is "GET" or "DELETE" ? null : "{}");
            answers.Add($"{(int)answer.Status} {answer.Text}");
        }
        return [.. answers];
    }

    private static async Task<string> CallAsync(AdministrationScene scene, string token)
    {
        using var http = scene.Server.Anyone(token);
        using var answer = await http.GetAsync(new Uri("workflows", UriKind.Relative), Cancel);
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancel)}";
    }
}
