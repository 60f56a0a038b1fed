using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Administration;

/// <summary>What is administered over HTTP is booked to who did it.</summary>
public sealed class AuditTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(AdministrationScene.Stores), MemberType = typeof(AdministrationScene))]
    public async Task Each_change_is_booked_to_its_administrator_and_address(bool onPostgreSql)
    {
        await using var scene = await AdministrationScene.StartAsync(onPostgreSql);
        using var second = await scene.AddAsync(new() { Name = "second" });
        using var reader = await scene.AddAsync(new() { Name = "auditor", Scope = AdministratorScope.Read });
        var key = ServerScene.NewKey();
        var profile = (await scene.Admin.PostAsync("profiles", new JsonObject { ["name"] = "acme_openai", ["tenant"] = "acme", ["provider"] = "openai", ["api_key"] = key })).Done(201).Id();
        (await second.PostAsync($"profiles/{profile}/disable")).Done();
        (await second.PatchAsync($"profiles/{profile}", new JsonObject { ["limits"] = new JsonObject { ["requests_per_minute"] = 5 } })).Done();
        var token = (await second.PostAsync("tokens", new JsonObject { ["name"] = "acme-web", ["pinned_tenant"] = "acme" })).Done(201);
        (await second.PostAsync($"tokens/{token.Id()}/rotate", new JsonObject { ["grace_seconds"] = 60 })).Done();
        (await second.PostAsync("bulk", new JsonObject
        {
            ["clients"] = new JsonArray(new JsonObject { ["profile"] = new JsonObject { ["name"] = "bolt_openai", ["tenant"] = "bolt", ["provider"] = "openai" }, ["token"] = new JsonObject { ["name"] = "bolt-web" } }),
        })).Done(201);
        (await scene.Admin.DeleteAsync("tenants/acme?purge=true")).Done();
        (await scene.Admin.DeleteAsync("administrators/" + (await second.GetAsync("whoami")).Json.Id())).Done(204);

        var all = await reader.GetAsync("audit?limit=1000");
        string[] told = [.. all.Done()["entries"]!.AsArray().Select(static entry => $"{entry!["actor_kind"]} {entry["actor"]} {entry["address"]}: {entry["action"]} {entry["subject"]} {entry["changes"]!.ToJsonString()}")];
        Assert.Equal(
            [
                "host host : administrator.create ops [\"scope write\"]",
                "host host : administrator.create second [\"scope write\"]",
                "host host : administrator.create auditor [\"scope read\"]",
                "administrator ops 127.0.0.1: profile.create acme_openai",
                "administrator second 127.0.0.1: profile.disable acme_openai [\"disabled\"]",
                "administrator second 127.0.0.1: profile.replace acme_openai [\"limits.requests_per_minute\"]",
                "administrator second 127.0.0.1: token.create acme-web",
                "administrator second 127.0.0.1: token.rotate acme-web [\"former_until\"]",
                "administrator second 127.0.0.1: profile.create bolt_openai",
                "administrator second 127.0.0.1: token.create bolt-web",
                "administrator ops 127.0.0.1: profile.delete acme_openai []",
                "administrator ops 127.0.0.1: token.revoke acme-web []",
                "administrator ops 127.0.0.1: tenant.remove acme []",
                "administrator ops 127.0.0.1: tenant.purge acme [\"runs 0\",\"uploads 0\"]",
                "administrator ops 127.0.0.1: administrator.revoke second []",
            ],
            told.Select(static one => one.Contains(".create acme", StringComparison.Ordinal) || one.Contains(".create bolt", StringComparison.Ordinal) ? one[..one.IndexOf(" [", StringComparison.Ordinal)] : one));
        Assert.DoesNotContain(key, all.Text, StringComparison.Ordinal);

        // By pages, by tenant, by who did it, and as CSV.
        var page = (await reader.GetAsync("audit?limit=2&after=3")).Done()["entries"]!.AsArray();
        Assert.Equal([4, 5], page.Select(static entry => (int)entry!["number"]!));
        Assert.Equal(2, (await reader.GetAsync("audit?tenant=bolt")).Done()["entries"]!.AsArray().Count);
        Assert.Equal(6, (await reader.GetAsync("audit?actor=second")).Done()["entries"]!.AsArray().Count);
        Assert.Empty((await reader.GetAsync("audit?from=2126-01-01T00:00:00Z")).Done()["entries"]!.AsArray());
        Assert.StartsWith("number,at,", (await reader.SendAsync("GET", "audit", null, accept: "text/csv")).Text, StringComparison.Ordinal);
        foreach (var query in new[] { "audit?limit=1001", "audit?after=-1", "audit?from=yesterday", "audit/verify?head=x", "audit/verify?after=x" })
            (await reader.GetAsync(query)).AssertError(400, "invalid_param");

        var verified = (await reader.GetAsync("audit/verify")).Done();
        Assert.Equal((true, 15, null), ((bool?)verified["intact"], (int?)verified["entries"], (string?)verified["fault"]));
        var again = (await reader.GetAsync("audit/verify?head=" + (string?)verified["head"])).Done();
        Assert.True((bool?)again["intact"]);
        Assert.False((bool?)(await reader.GetAsync("audit/verify?head=99:" + new string('a', 64))).Done()["intact"]);
    }
    /// <summary>Rule 24: what is refused to administrators is counted, as what is refused to callers is.</summary>
    [Theory]
    [MemberData(nameof(AdministrationScene.Stores), MemberType = typeof(AdministrationScene))]
    public async Task RefusedAdministratorsAreCounted(bool onPostgreSql)
    {
        await using var scene = await AdministrationScene.StartAsync(onPostgreSql);
        var storage = scene.Server.Services.GetRequiredService<HostStorage>();
        using var reader = await scene.AddAsync(new() { Name = "auditor", Scope = AdministratorScope.Read });
        using var leaver = await scene.AddAsync(new() { Name = "leaver" });
        using var guest = await scene.AddAsync(new() { Name = "guest", ExpiresAt = DateTimeOffset.UtcNow.AddSeconds(1) });
        using var nobody = scene.Client("adm-" + new string('A', 43));
        for (var i = 0; i < 3; i++)
            (await reader.DeleteAsync("tenants/acme")).AssertError(403, "forbidden");
        (await nobody.GetAsync("whoami")).AssertError(401, "unauthorized");

        // A token that was revoked is unknown, unless somebody puts its row back.
        var id = (await leaver.GetAsync("whoami")).Json.Id();
        using (var context = storage.Database.Open())
        {
            var row = context.Administrators.AsNoTracking().Single(one => one.Id == id);
            (await scene.Admin.DeleteAsync("administrators/" + id)).Done(204);
            (await leaver.GetAsync("whoami")).AssertError(401, "unauthorized");
            context.Administrators.Add(row);
            await context.SaveChangesAsync(Cancel);
        }
        (await leaver.GetAsync("whoami")).AssertError(401, "unauthorized");
        while ((await guest.GetAsync("whoami")).Status != System.Net.HttpStatusCode.Unauthorized)
            await Task.Yield();
        await storage.Refusals.FlushAsync(Cancel);

        var entries = (await scene.Admin.GetAsync("audit?limit=1000")).Done()["entries"]!.AsArray().Where(static entry => (string?)entry!["outcome"] != "done");
        Assert.Equal(
            ["administrator auditor 127.0.0.1: administrator.use auditor read_only 3", "administrator guest 127.0.0.1: administrator.use guest token_expired 1", "administrator leaver 127.0.0.1: administrator.use leaver token_revoked 1"],
            entries.Select(static entry => $"{entry!["actor_kind"]} {entry["actor"]} {entry["address"]}: {entry["action"]} {entry["subject"]} {entry["outcome"]} {entry["count"]}").Order(StringComparer.Ordinal));
        Assert.True((bool?)(await scene.Admin.GetAsync("audit/verify")).Done()["intact"]);
    }

    /// <summary>A trial spends a client's key, and leaves neither a run nor a booking.</summary>
    [Fact]
    public async Task TheTrialOfAKeyIsBookedToWhoTriesIt()
    {
        await using var scene = await AdministrationScene.StartAsync();
        var profile = (await scene.Admin.PostAsync("profiles", new JsonObject { ["name"] = "acme_openai", ["tenant"] = "acme", ["provider"] = "openai", ["api_key"] = ServerScene.NewKey() })).Done(201).Id();

        (await scene.Admin.PostAsync($"profiles/{profile}/test", new JsonObject { ["model"] = "gpt-4o-mini" })).Done();
        (await scene.Admin.PostAsync("profiles/none/test")).AssertError(404, "not_found");

        var entry = Assert.Single((await scene.Admin.GetAsync("audit?tenant=acme&after=2")).Done()["entries"]!.AsArray());
        Assert.Equal(("ops", "127.0.0.1", "profile.test", "acme_openai", "done"), ((string?)entry!["actor"], (string?)entry["address"], (string?)entry["action"], (string?)entry["subject"], (string?)entry["outcome"]));
    }
}
