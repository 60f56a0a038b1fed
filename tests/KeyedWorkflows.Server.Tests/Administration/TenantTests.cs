using System.Text;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Server.Tests.Security;
using KeyedWorkflows.Server.Tests.Workflows;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Administration;

/// <summary>Tenants, as a view over profiles, tokens and usage.</summary>
public sealed class TenantTests
{
    private static JsonObject Hello => new() { ["text"] = "Hello" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(AdministrationScene.Stores), MemberType = typeof(AdministrationScene))]
    public async Task A_tenant_shows_its_profiles_tokens_and_this_months_usage(bool onPostgreSql)
    {
        await using var scene = await AdministrationScene.StartAsync(onPostgreSql);
        var key = ServerScene.NewKey();
        await scene.Server.AddProfileAsync("acme_openai", "acme", key);
        var disabled = await scene.Server.AddProfileAsync("acme_old", "acme");
        await scene.Server.Profiles.SetEnabledAsync(disabled.Id, false, Cancel);
        await scene.Server.AddProfileAsync("operators_own", null);
        using var pinned = await scene.Server.AddTokenAsync(new TokenDraft { Name = "acme-web", PinnedTenant = "acme", Workflows = ["keyed"] });
        using var shared = await scene.Server.AddTokenAsync(new TokenDraft { Name = "shared", Tenants = ["acme", "bolt"], Workflows = ["keyed"] });
        (await pinned.RunAsync(Hello)).AssertSucceeded();

        var page = (await scene.Admin.GetAsync("tenants")).Done();
        Assert.Equal(["acme", "bolt"], page["data"]!.AsArray().Select(static one => (string?)one!["tenant"]));
        Assert.Equal(["bolt"], (await scene.Admin.GetAsync("tenants?limit=1&page=2")).Done()["data"]!.AsArray().Select(static one => (string?)one!["tenant"]));
        var (acme, bolt) = (page["data"]![0]!, page["data"]![1]!);
        Assert.Equal((2, 1, 2), ((int?)acme["profiles"], (int?)acme["enabled_profiles"], (int?)acme["tokens"]));
        Assert.Equal((0, 0, 1, null), ((int?)bolt["profiles"], (int?)bolt["enabled_profiles"], (int?)bolt["tokens"], bolt["last_used_at"]));
        var counted = scene.Server.Models.Usage(key);
        Assert.Equal((1, 1, counted.PromptTokens, counted.CompletionTokens), ((int?)acme["month"]!["runs"], (int?)acme["month"]!["calls"], (long?)acme["month"]!["input_tokens"], (long?)acme["month"]!["output_tokens"]));
        Assert.Equal("USD", (string?)acme["month"]!["prices"]![0]!["currency"]);
        Assert.InRange((DateTimeOffset)acme["last_used_at"]!, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow);

        var shown = (await scene.Admin.GetAsync("tenants/acme")).Done();
        Assert.Equal(["acme_old", "acme_openai"], shown["profile_list"]!.AsArray().Select(static one => (string?)one!["name"]));
        Assert.Equal(["acme-web", "shared"], shown["token_list"]!.AsArray().Select(static one => (string?)one!["name"]));
        foreach (var name in new[] { "nobody", "Acme", "x%20y", "ac_e" })
            (await scene.Admin.GetAsync("tenants/" + name)).AssertError(404, "not_found");
    }

    [Fact]
    public async Task Runs_of_all_tokens_are_listed_and_shown_without_what_was_said()
    {
        await using var scene = await AdministrationScene.StartAsync();
        var (a, b) = (ServerScene.NewKey(), ServerScene.NewKey());
        await scene.Server.AddProfileAsync("acme_openai", "acme", a);
        await scene.Server.AddProfileAsync("bolt_openai", "bolt", b);
        using var acme = await scene.Server.AddTokenAsync(new TokenDraft { Name = "acme", PinnedTenant = "acme", Workflows = ["keyed"] });
        using var bolt = await scene.Server.AddTokenAsync(new TokenDraft { Name = "bolt", PinnedTenant = "bolt", Workflows = ["keyed"] });
        var said = Guid.NewGuid().ToString("N");
        (await acme.RunAsync(new JsonObject { ["text"] = said })).AssertSucceeded();
        (await bolt.RunAsync(new JsonObject { ["text"] = said })).AssertSucceeded();

        var all = (await scene.Admin.GetAsync("runs?limit=1")).Done();
        var one = (await scene.Admin.GetAsync("runs?tenant=acme&workflow=keyed&status=succeeded&from=2020-01-01")).Done();
        var run = Assert.Single(one["data"]!.AsArray())!;
        var shown = (await scene.Admin.GetAsync($"runs/{run["id"]}")).Done();

        Assert.Equal((2, true, "bolt"), ((int?)all["total"], (bool?)all["has_more"], (string?)all["data"]![0]!["tenant"]));
        Assert.Equal(("acme", "keyed", 1), ((string?)run["tenant"], (string?)run["workflow"], (int?)run["usage"]!["calls"]));
        Assert.Equal("acme_openai", (string?)shown["calls"]![0]!["profile"]);
        Assert.NotEmpty(shown["steps"]!.AsArray());
        Assert.DoesNotContain(said, one.ToJsonString() + shown.ToJsonString(), StringComparison.Ordinal);
        Assert.Empty((await scene.Admin.GetAsync("runs?to=2020-01-01")).Done()["data"]!.AsArray());
        (await scene.Admin.GetAsync("runs?from=never")).AssertError(400, "invalid_param");
        foreach (var id in (string[])["x", new string('0', 32)])
            (await scene.Admin.GetAsync("runs/" + id)).AssertError(404, "not_found");
    }

    [Fact]
    public async Task A_check_says_of_each_workflow_slot_and_model_whether_the_tenant_may_and_why_not()
    {
        await using var scene = await AdministrationScene.StartAsync();
        using var _ = await scene.Server.AddTokenAsync(new TokenDraft { Name = "bare", PinnedTenant = "bare", Workflows = ["keyed"] });
        await scene.Server.Profiles.CreateAsync(
            new() { Name = "good_openai", Tenant = "good", Provider = "openai", ApiKey = Secret.From(ServerScene.NewKey()), Models = new Dictionary<string, string> { ["gpt-4o-mini"] = "good-mini" } }, Cancel);
        await scene.Server.Profiles.CreateAsync(new() { Name = "off_openai", Tenant = "off", Provider = "openai", ApiKey = Secret.From(ServerScene.NewKey()), Enabled = false }, Cancel);
        await scene.Server.Profiles.CreateAsync(new() { Name = "keyless_openai", Tenant = "keyless", Provider = "openai" }, Cancel);
        await scene.Server.Profiles.CreateAsync(new() { Name = "other_azure", Tenant = "other", Provider = "azure", ApiKey = Secret.From(ServerScene.NewKey()) }, Cancel);
        await scene.Server.AddProfileAsync("twice_a", "twice");
        await scene.Server.AddProfileAsync("twice_b", "twice");

        var good = (await scene.Admin.GetAsync("tenants/good/check")).Done();
        Assert.True((bool?)good["can_run_all"], good.ToJsonString());
        Assert.Equal(ServerScene.AllWorkflows.Length, good["workflows"]!.AsArray().Select(static one => (string?)one!["workflow"]).Intersect(ServerScene.AllWorkflows).Count());
        var twoSlots = good["workflows"]!.AsArray().Single(static one => (string?)one!["workflow"] == "two-slots")!;
        Assert.Equal(["write", "check"], twoSlots["slots"]!.AsArray().Select(static one => (string?)one!["slot"]));
        Assert.Equal("""{"kind":"chat","asked":"gpt-4o-mini","called":"good-mini","can_run":true,"error_code":null,"reason":"Profile \u0027good_openai\u0027 pays."}""", JsonNode.Parse(twoSlots["slots"]![1]!["models"]![0]!.ToJsonString())!.ToJsonString());

        (string Tenant, string Code, string Words)[] cases =
        [
            ("bare", WorkflowErrorCodes.ProfileNotFound, "has no profile. Create one of provider openai"), ("off", WorkflowErrorCodes.ProfileDisabled, "'off_openai'"),
            ("keyless", WorkflowErrorCodes.ProviderNotInitialized, "holds no key"), ("other", WorkflowErrorCodes.ProfileNotFound, "no profile of provider openai, but 'other_azure' (azure)"),
            ("twice", WorkflowErrorCodes.CredentialConflict, "'twice_a' (openai), 'twice_b' (openai)"),
        ];
        foreach (var (tenant, code, words) in cases)
        {
            var check = (await scene.Admin.GetAsync($"tenants/{tenant}/check?workflow=keyed")).Done();
            var workflow = Assert.Single(check["workflows"]!.AsArray())!;
            var slot = workflow["slots"]![0]!;
            Assert.Equal((false, false, false), ((bool?)check["can_run_all"], (bool?)workflow["can_run"], (bool?)slot["can_run"]));
            Assert.Equal((code, code, code), ((string?)workflow["error_code"], (string?)slot["error_code"], (string?)slot["models"]![0]!["error_code"]));
            Assert.Contains(words, (string?)slot["reason"], StringComparison.Ordinal);

            // What needs nobody to pay runs all the same.
            Assert.True((bool?)(await scene.Admin.GetAsync($"tenants/{tenant}/check?workflow=filed")).Done()["can_run_all"]);
        }

        // It is what a pinned token is told.
        foreach (var tenant in cases.Select(static one => one.Tenant).Append("good"))
        {
            using var pinned = await scene.Server.AddTokenAsync(new TokenDraft { Name = $"{tenant}-web", PinnedTenant = tenant, Workflows = ServerScene.AllWorkflows });
            foreach (var workflow in (await scene.Admin.GetAsync($"tenants/{tenant}/check")).Done()["workflows"]!.AsArray().Where(static one => (string?)one!["workflow"] is "keyed" or "two-slots" or "story"))
            {
                var explained = await pinned.PostAsync($"workflows/{workflow!["workflow"]}/explain", new JsonObject
                {
                    ["inputs"] = (string?)workflow["workflow"] == "story" ? new JsonObject { ["about"] = "a fox" } : Hello, ["user"] = "u",
                });
                Assert.Equal((bool?)explained.Json["can_run"], (bool?)workflow["can_run"]);
            }
        }
        (await scene.Admin.GetAsync("tenants/good/check?workflow=none")).AssertError(404, "not_found");
        (await scene.Admin.GetAsync("tenants/Good/check")).AssertError(404, "not_found");
    }

    [Theory]
    [MemberData(nameof(AdministrationScene.Stores), MemberType = typeof(AdministrationScene))]
    public async Task A_removed_tenant_has_no_profile_and_no_token_and_its_runs_stop_at_their_next_call(bool onPostgreSql)
    {
        await using var scene = await AdministrationScene.StartAsync(onPostgreSql);
        var acme = await scene.Server.AddProfileAsync("acme_openai", "acme");
        var bolt = await scene.Server.AddProfileAsync("bolt_openai", "bolt");
        using var pinned = await scene.Server.AddTokenAsync(new TokenDraft { Name = "acme-web", PinnedTenant = "acme", Workflows = ["keyed"] });
        using var alone = await scene.Server.AddTokenAsync(new TokenDraft { Name = "acme-only", Tenants = ["acme"], ProfileIds = [acme.Id], Workflows = ["keyed"] });
        using var shared = await scene.Server.AddTokenAsync(new TokenDraft { Name = "shared", Tenants = ["acme", "bolt"], ProfileIds = [acme.Id], Workflows = ["keyed", "two-slots"] });
        using var others = await scene.Server.AddTokenAsync(new TokenDraft { Name = "bolt-web", PinnedTenant = "bolt", Workflows = ["keyed"] });
        var gate = new ModelServerGate();
        scene.Server.Models.When(static request => request.LastUserMessage.StartsWith("Write", StringComparison.Ordinal)).HoldUntil(gate).Answer(ModelAnswer.Text("Written"));
        var going = shared.PostAsync("workflows/two-slots/run", new JsonObject { ["inputs"] = Hello, ["user"] = "u", ["credential_tenant"] = "acme" });
        await gate.ArrivedAsync(1, Cancel);

        var removed = (await scene.Admin.DeleteAsync("tenants/acme")).Done();
        Assert.Equal("""{"tenant":"acme","profiles_deleted":1,"tokens_revoked":2,"tokens_changed":1,"unreadable_tokens":[],"purged":null}""", removed.ToJsonString());
        gate.Open();
        (await going).AssertError(400, "provider_not_initialize");
        Assert.DoesNotContain(scene.Server.Models.Requests, static request => request.LastUserMessage.StartsWith("Check", StringComparison.Ordinal));

        (await scene.Admin.GetAsync("profiles?tenant=acme")).Done();
        Assert.Equal(["bolt_openai"], (await scene.Admin.GetAsync("profiles")).Done().Names());
        Assert.Equal(["bolt-web", "shared"], (await scene.Admin.GetAsync("tokens")).Done().Names());
        (await pinned.RunAsync(Hello)).AssertError(401, "unauthorized");
        (await alone.RunAsync(Hello)).AssertError(401, "unauthorized");
        var token = (await scene.Admin.GetAsync("tokens?name=shared")).Json["data"]![0]!;
        Assert.Equal(("""["bolt"]""", "[]"), (token["tenants"]!.ToJsonString(), token["profile_ids"]!.ToJsonString()));
        (await shared.RunAsync(Hello, static body => body["credential_tenant"] = "bolt", "workflows/keyed/run")).AssertSucceeded();
        (await others.RunAsync(Hello)).AssertSucceeded();
        (await scene.Admin.DeleteAsync("tenants/acme")).AssertError(404, "not_found");
        (await scene.Admin.DeleteAsync("tenants/nobody?purge=true")).AssertError(404, "not_found");

        // What it used is still known by its name.
        Assert.Equal(1, (int?)(await scene.Admin.GetAsync("tenants/acme")).Done()["month"]!["calls"]);
        Assert.NotEqual(acme.Id, bolt.Id);
    }

    [Theory]
    [MemberData(nameof(AdministrationScene.Stores), MemberType = typeof(AdministrationScene))]
    public async Task A_purged_tenants_contents_are_in_no_byte_and_its_usage_stays(bool onPostgreSql)
    {
        await using var scene = await AdministrationScene.StartAsync(onPostgreSql, new() { Server = static server => server.Capture = CaptureLevel.Full });
        await scene.Server.AddProfileAsync("acme_openai", "acme");
        await scene.Server.AddProfileAsync("bolt_openai", "bolt");
        using var pinned = await scene.Server.AddTokenAsync(new TokenDraft { Name = "acme-web", PinnedTenant = "acme", Workflows = ["keyed", "filed"] });
        using var shared = await scene.Server.AddTokenAsync(new TokenDraft { Name = "shared", Tenants = ["acme", "bolt"], Workflows = ["keyed"] });
        var (gone, kept) = (Canary.Word(), Canary.Word());
        scene.Server.Models.When(request => request.LastUserMessage.Contains(gone, StringComparison.Ordinal)).Answer(ModelAnswer.Text($"{gone} answered"));
        scene.Server.Models.When(static _ => true).Answer(ModelAnswer.Text($"{kept} answered"));

        // Interleaved, so that rows of both share pages; long and short.
        for (var i = 0; i < 40; i++)
        {
            var padding = new string('x', i * 997 % 9_000);
            (await pinned.RunAsync(new() { ["text"] = $"{gone} {padding}" }, body => body["user"] = "ada-" + gone, "workflows/keyed/run")).AssertSucceeded();
            (await shared.RunAsync(new() { ["text"] = $"{kept} {padding}" }, static body => body["credential_tenant"] = "bolt")).AssertSucceeded();
            if (i % 4 == 0)
                (await shared.RunAsync(new() { ["text"] = $"{gone} of shared {padding}" }, body => { body["credential_tenant"] = "acme"; body["user"] = "eve-" + gone; })).AssertSucceeded();
        }

        // What the host runs in its own process has no record, and is booked with its end user all the same.
        await scene.Server.Services.GetRequiredService<IKeyedClient>().RunAsync(new() { Text = gone }, "acme_openai", new RunOptions { EndUser = "host-" + gone }, Cancel);
        await UploadAsync(pinned, gone, gone + ".txt", null);
        await UploadAsync(shared, gone, gone + ".txt", "eve-" + gone);
        await UploadAsync(shared, kept, kept + ".txt", "someone");
        var before = await EveryByte.ReadAsync(scene);
        Assert.Contains(gone, before, StringComparison.Ordinal);
        var usage = (await scene.Admin.GetAsync("usage?tenant=acme&by=tenant,model,token")).Done().ToJsonString();

        var purged = (await scene.Admin.DeleteAsync("tenants/acme?purge=true")).Done();
        Assert.Equal((50, 2, 0), ((int?)purged["purged"]!["runs"], (int?)purged["purged"]!["uploads"], (int?)purged["purged"]!["runs_left"]));

        // Read as the files lie there, and once more after whatever the host does meanwhile.
        var after = await EveryByte.ReadAsync(scene);
        Assert.False(after.Contains(gone, StringComparison.OrdinalIgnoreCase), Around(after, gone));
        Assert.Contains(kept, after, StringComparison.Ordinal);
        Assert.Equal(usage, (await scene.Admin.GetAsync("usage?tenant=acme&by=tenant,model,token")).Done().ToJsonString());
        Assert.Equal(40, (int?)(await shared.GetAsync("workflows/logs")).Json["total"]);
        (await shared.RunAsync(new() { ["text"] = kept }, static body => body["credential_tenant"] = "bolt")).AssertSucceeded();
        (await scene.Admin.DeleteAsync("tenants/acme?purge=true")).AssertError(404, "not_found");
    }

    [Fact]
    public async Task A_purge_leaves_what_a_token_ran_for_another_tenant_before_it_was_this_ones_alone()
    {
        await using var scene = await AdministrationScene.StartAsync();
        await scene.Server.AddProfileAsync("acme_openai", "acme");
        await scene.Server.AddProfileAsync("bolt_openai", "bolt");
        var draft = new TokenDraft { Name = "narrowed", Tenants = ["acme", "bolt"], Workflows = ["keyed"] };
        using var client = await scene.Server.AddTokenAsync(draft);
        foreach (var tenant in (string[])["acme", "bolt"])
            (await client.RunAsync(new() { ["text"] = "Hello" }, body => body["credential_tenant"] = tenant)).AssertSucceeded();
        await scene.Server.Tokens.ReplaceAsync(client.Token.Token.Id, draft with { Tenants = ["acme"] }, cancellationToken: Cancel);

        var purged = (await scene.Admin.DeleteAsync("tenants/acme?purge=true")).Done();

        Assert.Equal((1, 1), ((int?)purged["tokens_revoked"], (int?)purged["purged"]!["runs"]));
        using var history = scene.Server.Services.GetRequiredService<HostStorage>().Database.OpenHistory();
        Assert.Equal("bolt", Assert.Single(history.Runs).Tenant);
    }

    [Theory]
    [MemberData(nameof(AdministrationScene.Stores), MemberType = typeof(AdministrationScene))]
    public async Task A_purge_stops_what_goes_on_and_takes_it_too(bool onPostgreSql)
    {
        await using var scene = await AdministrationScene.StartAsync(onPostgreSql, new() { Server = static server => server.Capture = CaptureLevel.Full });
        await scene.Server.AddProfileAsync("acme_openai", "acme");
        using var shared = await scene.Server.AddTokenAsync(new TokenDraft { Name = "shared", Tenants = ["acme", "bolt"], Workflows = ["keyed"] });
        var gone = Canary.Word();
        var gate = new ModelServerGate();
        scene.Server.Models.When(static _ => true).HoldUntil(gate).Answer(ModelAnswer.Text(gone));
        var going = shared.RunAsync(new() { ["text"] = gone }, static body => body["credential_tenant"] = "acme");
        await gate.ArrivedAsync(1, Cancel);

        var purged = (await scene.Admin.DeleteAsync("tenants/acme?purge=true")).Done();
        Assert.Equal((1, 0), ((int?)purged["purged"]!["runs"], (int?)purged["purged"]!["runs_left"]));
        Assert.Equal("stopped", (string?)(await going).Json["data"]!["status"]);
        gate.Open();
        var after = await EveryByte.ReadAsync(scene);
        Assert.False(after.Contains(gone, StringComparison.OrdinalIgnoreCase), Around(after, gone));
    }

    private static string Around(string text, string canary)
    {
        var at = text.IndexOf(canary, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? "" : string.Concat(text.AsSpan(Math.Max(0, at - 200), Math.Min(400, text.Length - Math.Max(0, at - 200))).ToString().Select(static c => c is >= ' ' and <= '~' ? c : '.'));
    }

    private static async Task UploadAsync(TestClient client, string content, string name, string? user)
    {
        using var body = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(string.Join(' ', Enumerable.Repeat(content, 900)))), "file", name } };
        if (user is not null)
            body.Add(new StringContent(user), "user");
        using var answer = await client.Http.PostAsync(new Uri("files/upload", UriKind.Relative), body, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
