using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server.Tests.Administration;

/// <summary>What was used, over HTTP.</summary>
public sealed class UsageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(AdministrationScene.Stores), MemberType = typeof(AdministrationScene))]
    public async Task Usage_is_told_as_json_and_as_csv_for_those_who_accept_that(bool onPostgreSql)
    {
        await using var scene = await AdministrationScene.StartAsync(onPostgreSql);
        foreach (var tenant in new[] { "acme", "bolt" })
        {
            await scene.Server.AddProfileAsync(tenant + "_openai", tenant);
            using var client = await scene.Server.AddTokenAsync(new TokenDraft { Name = tenant, PinnedTenant = tenant, Workflows = ["keyed"] });
            (await client.RunAsync(new() { ["text"] = "Hello" })).AssertSucceeded();
        }
        var today = DateTime.UtcNow;
        var (from, to) = (Day(today.AddDays(-1)), Day(today.AddDays(1)));

        var report = (await scene.Admin.GetAsync($"usage?from={from}&to={to}&by=tenant,model")).Done();
        Assert.Equal((from, to, "UTC"), ((string?)report["from"], (string?)report["to"], (string?)report["time_zone"]));
        Assert.Equal(["acme", "bolt"], report["rows"]!.AsArray().Select(static row => (string?)row!["tenant"]));
        var profile = (await scene.Server.Profiles.FindByNameAsync("bolt_openai", Cancel))!.Id;
        foreach (var filter in new[] { "tenant=bolt", $"profile_id={profile}" })
            Assert.Equal("bolt", (string?)Assert.Single((await scene.Admin.GetAsync($"usage?from={from}&to={to}&{filter}&time_zone=Europe/Berlin")).Done()["rows"]!.AsArray())!["tenant"]);
        Assert.Empty((await scene.Admin.GetAsync($"usage?from={from}&to={to}&workflow=desk")).Done()["rows"]!.AsArray());

        // Of no days at all: this month.
        Assert.Equal(Day(today)[..8] + "01", (string?)(await scene.Admin.GetAsync("usage")).Done()["from"]);

        foreach (var accept in new[] { "text/csv", "TEXT/CSV; q=0.5", "text/csv, application/json;q=0.3" })
        {
            var csv = await scene.Admin.SendAsync("GET", $"usage?from={from}&to={to}&by=tenant", null, accept: accept);
            Assert.Equal(HttpStatusCode.OK, csv.Status);
            Assert.StartsWith("tenant,runs,calls,", csv.Text, StringComparison.Ordinal);
            Assert.Equal(3, csv.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        }
        foreach (var accept in new[] { "application/json", "*/*", "text/csv;q=0.1, application/json", "text/csv;q=0", "nonsense;;", "" })
            Assert.StartsWith("{", (await scene.Admin.SendAsync("GET", "usage", null, accept: accept)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(AdministrationScene.Stores), MemberType = typeof(AdministrationScene))]
    public async Task Budgets_are_told_with_what_of_them_is_used(bool onPostgreSql)
    {
        await using var scene = await AdministrationScene.StartAsync(onPostgreSql);
        await scene.Server.AddProfileAsync("bolt_openai", "bolt");
        var acme = (await scene.Server.AddProfileAsync("acme_openai", "acme")).Id;
        (await scene.Admin.PatchAsync($"profiles/{acme}", new JsonObject { ["limits"] = new JsonObject { ["day"] = new JsonObject { ["tokens"] = 10_000 }, ["month"] = new JsonObject { ["money"] = "0", ["soft"] = true } } })).Done();
        using var client = await scene.Server.AddTokenAsync(new TokenDraft { Name = "acme-web", PinnedTenant = "acme", Workflows = ["keyed"], Limits = new() { RequestsPerMinute = 100 } });
        (await client.RunAsync(new() { ["text"] = "Hello" })).AssertSucceeded();

        var page = (await scene.Admin.GetAsync("limits")).Done();
        Assert.Equal("acme_openai acme-web, 2, false", page.Told());
        var (profile, token) = (page["data"]![0]!, page["data"]![1]!);
        var row = (await scene.Admin.GetAsync($"usage?profile_id={acme}&by=tenant")).Done()["rows"]![0]!;
        var tokens = (long)row["input_tokens"]! + (long)row["output_tokens"]!;
        Assert.True(tokens > 0);
        Assert.Equal((tokens, Math.Round(tokens / 100m, 1)), ((long)profile["day"]!["tokens"]!, (decimal)profile["day"]!["percent"]!));
        Assert.Equal(((string?)row["price"], 100m), ((string?)profile["month"]!["money"], (decimal)profile["month"]!["percent"]!));
        Assert.Equal((100, null, null), ((int?)token["limits"]!["requests_per_minute"], token["day"], token["month"]));
        Assert.Empty((await scene.Admin.GetAsync("limits?tenant=bolt")).Done().Names());
    }

    [Fact]
    public async Task Days_zones_and_dimensions_that_are_none_are_refused()
    {
        await using var scene = await AdministrationScene.StartAsync();
        foreach (var query in new[]
        {
            "from=2026-13-01", "from=01.02.2026", "from=2026-02-02&to=2026-02-01", "to=9999-12-31", "from=0001-01-01&to=0001-01-02", "time_zone=Nowhere/None", "time_zone=/dev/zero", "time_zone=../../../etc/passwd", "time_zone=",
            "by=", "by=tenant,tenant", "by=tenant,,model", "by=Tenant", "by=user", "from=2026-01-01&from=2026-01-02",
        })
            (await scene.Admin.GetAsync("usage?" + query)).AssertError(400, "invalid_param");
    }

    private static string Day(DateTime time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
