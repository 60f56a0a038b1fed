using System.Text.Json;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>What calls used is booked once, at the price of then, and told by whose and which it was.</summary>
public sealed class UsageTests
{
    private static readonly UsageQuery December = new() { From = new(2026, 12, 1), To = new(2026, 12, 31) };

    private static readonly ModelPrice Price = new() { Model = "model-1", InputPerMillion = 2.5m, CachedInputPerMillion = 1.25m, OutputPerMillion = 10m };

    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Usage_is_told_by_tenant_profile_workflow_model_and_day(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory, static options => options.Prices.Add(Price));
        await RunAsync(host, Call(0), Call(1));
        await RunAsync(host, Call(0) with { Tenant = "zeta", ProfileId = "profile-2", ProfileName = "zeta_openai" });
        await RunAsync(host, Call(0) with { StartedAt = ARun.Noon.AddDays(1), ErrorCode = WorkflowErrorCodes.ConnectionFailed, IsEstimated = true });

        var report = await host.Usage.ReadAsync(December, Cancel);

        // Of ten tokens sent two were cached: 8 × 2.5 + 2 × 1.25 + 5 × 10 millionths.
        const decimal One = 0.0000725m;
        Assert.Equal(
            [
                ("acme", "acme_openai", new DateOnly(2026, 12, 5), 1L, 2L, 0L, 0L, 20L, 2 * One),
                ("acme", "acme_openai", new DateOnly(2026, 12, 6), 1L, 1L, 1L, 1L, 10L, One),
                ("zeta", "zeta_openai", new DateOnly(2026, 12, 5), 1L, 1L, 0L, 0L, 10L, One),
            ],
            report.Rows.Select(static row => (row.Tenant, row.Profile, row.Day!.Value, row.Runs, row.Calls, row.FailedCalls, row.EstimatedCalls, row.InputTokens, row.Price)));
        Assert.All(report.Rows, static row => Assert.Equal(("ask", "model-1-0001", "USD", 0L), (row.Workflow, row.Model, row.Currency, row.UnpricedCalls)));
        var sum = Assert.Single((await host.Usage.ReadAsync(December with { By = [] }, Cancel)).Rows);
        Assert.Equal((3L, 4L, 40L, 8L, 20L, 4L, 4 * One), (sum.Runs, sum.Calls, sum.InputTokens, sum.CachedInputTokens, sum.OutputTokens, sum.ReasoningTokens, sum.Price));
        Assert.Equal(3, Assert.Single((await host.Usage.ReadAsync(December with { Tenant = "acme", By = [UsageDimension.Token] }, Cancel)).Rows).Calls);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Days_are_those_of_the_zone_also_when_its_clocks_change(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);

        // Berlin, 29 March 2026: 23 hours. 25 October: 25.
        (string Utc, int Day)[] times =
        [
            ("2026-03-28T22:59:59Z", 28), ("2026-03-28T23:00:00Z", 29), ("2026-03-29T21:59:59Z", 29), ("2026-03-29T22:00:00Z", 30),
            ("2026-10-24T21:59:59Z", 24), ("2026-10-24T22:00:00Z", 25), ("2026-10-25T22:59:59Z", 25), ("2026-10-25T23:00:00Z", 26),
        ];
        foreach (var (utc, _) in times)
            await RunAsync(host, Call(0) with { StartedAt = DateTimeOffset.Parse(utc, null), Duration = TimeSpan.Zero });

        foreach (var month in (int[])[3, 10])
        {
            foreach (var day in Enumerable.Range(24, 7))
            {
                var one = new DateOnly(2026, month, day);
                var expected = times.Count(time => time.Day == day && DateTimeOffset.Parse(time.Utc, null).Month == month);
                var rows = (await host.Usage.ReadAsync(new() { From = one, To = one, TimeZone = "Europe/Berlin", By = [UsageDimension.Day] }, Cancel)).Rows;
                Assert.Equal(expected, rows.Sum(static row => row.Calls));
                Assert.All(rows, row => Assert.Equal(one, row.Day));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task What_is_over_is_told_in_the_same_bytes_when_prices_have_changed_and_runs_are_gone(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        string json, csv;
        using (var host = new StoreHost(directory, static options => options.Prices.Add(Price)))
        {
            await RunAsync(host, Call(0), Call(1) with { ModelAnswered = null, ModelAsked = "nobody-knows" });
            var report = await host.Usage.ReadAsync(December, Cancel);
            (json, csv) = (report.ToJson(), report.ToCsv());
        }

        using var later = new StoreHost(directory, static options =>
        {
            options.RunRetention = TimeSpan.FromDays(1);
            options.Prices.Add(Price with { InputPerMillion = 99m });
        });
        Assert.Equal(1, await later.Retention.SweepAsync(Cancel));

        var again = await later.Usage.ReadAsync(December, Cancel);
        Assert.Equal((json, csv), (again.ToJson(), again.ToCsv()));
        Assert.Contains("\"price\": \"0.000072500\"", json, StringComparison.Ordinal);
        using var read = JsonDocument.Parse(json);
        Assert.Equal((1, 0), (read.RootElement.GetProperty("rows")[1].GetProperty("unpriced_calls").GetInt32(), read.RootElement.GetProperty("rows")[0].GetProperty("unpriced_calls").GetInt32()));
        Assert.StartsWith("tenant,profile_id,profile,workflow,model,day,runs,calls,failed_calls,", csv, StringComparison.Ordinal);
        Assert.Empty(await later.Runs.ReadCallsAsync("token-a", "any", Cancel));
    }

    [Fact]
    public async Task What_was_said_goes_with_its_run_and_what_was_used_stays()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory, static options => options.RunRetention = TimeSpan.FromDays(1));
        var said = "canary-" + Guid.NewGuid().ToString("N");
        await RunAsync(host, Call(0) with { Messages = ARun.Utf8($"[\"{said}\"]"), Answer = ARun.Utf8($"[\"{said}\"]"), EndUser = said, ProviderRequestId = said });

        Assert.Equal(1, await host.Retention.SweepAsync(Cancel));

        using var history = host.Storage.Database.OpenHistory();
        var call = Assert.Single(history.Calls);
        Assert.Equal((null, null, null, null, null), (call.Messages, call.Answer, call.EndUser, call.ProviderRequestId, call.PromptHash));
        Assert.Equal(10, call.InputTokens);
    }

    [Fact]
    public async Task CsvFormulaIsText()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        foreach (var (number, tenant) in ((string[])["=1+1", "+1", "-1", "@A1", "a,b", "a\"b"]).Index())
            await RunAsync(host, Call(0) with { Tenant = tenant, StartedAt = ARun.Noon.AddDays(number) });

        var lines = (await host.Usage.ReadAsync(December with { By = [UsageDimension.Tenant] }, Cancel)).ToCsv().Split("\r\n")[1..^1];

        Assert.Equal(["'+1", "'-1", "'=1+1", "'@A1", "\"a\"\"b\"", "\"a,b\""], lines.Select(static line => line[..line.IndexOf(",1,", StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task A_query_that_means_nothing_is_refused_in_a_sentence()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);

        foreach (var wrong in (UsageQuery[])[December with { To = new(2026, 11, 30) }, December with { From = DateOnly.MinValue }, December with { To = DateOnly.MaxValue }, December with { TimeZone = "Berlin" }, December with { By = [UsageDimension.Day, UsageDimension.Day] }])
            Assert.DoesNotContain("Exception", (await Assert.ThrowsAsync<ArgumentException>(() => host.Usage.ReadAsync(wrong, Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_of_the_version_before_are_in_the_ledger_without_a_price()
    {
        using var directory = new StoreDirectory();
        PrivateFiles.CreateDirectory(Path.GetDirectoryName(directory.Database)!);
        PrivateFiles.Create(directory.History);
        using (var database = new SqliteStorageDatabase(directory.Database))
        using (var history = database.OpenHistory())
            history.GetService<IMigrator>().Migrate("20261205000000_Runs");
        directory.ExecuteOnHistory(
            """
            INSERT INTO runs (Number, Id, Workflow, Fingerprint, TokenId, Tenant, EndUser, Node, Status, Capture, StopRequested, Bindings, TotalSteps, Calls, InputTokens, OutputTokens, CachedInputTokens, ReasoningTokens, Exceptions, CreatedAt)
            VALUES (1, 'run-1', 'ask', 'f', 'token-a', 'acme', 'user-1', 'node-1', 'succeeded', 1, 0, x'5b5d', 1, 1, 10, 5, 0, 0, 0, 0);
            INSERT INTO run_calls (Run, Number, Step, Attempt, Slot, Provider, ModelAsked, InputTokens, OutputTokens, CachedInputTokens, ReasoningTokens, StartedAt, Duration)
            VALUES (1, 0, 'Answer', 1, 'main', 'openai', 'gpt-4o', 10, 5, 0, 0, 639160416000000000, 0);
            """);

        using var host = new StoreHost(directory);

        var row = Assert.Single((await host.Usage.ReadAsync(new() { From = new(2026, 1, 1), To = new(2026, 12, 31) }, Cancel)).Rows);
        Assert.Equal(("acme", "ask", "gpt-4o", 1L, 1L, 10L, 1L, null), (row.Tenant, row.Workflow, row.Model, row.Runs, row.Calls, row.InputTokens, row.UnpricedCalls, row.Currency));
    }

    private static RunModelCall Call(int number) => ARun.Call(number);

    private static async Task RunAsync(StoreHost host, params RunModelCall[] calls)
    {
        var start = ARun.Start();
        await host.Runs.StartAsync(start);
        await host.Runs.EndAsync(ARun.End(start.Id, at: host.Time.GetUtcNow().AddDays(-10)) with { Calls = calls });
    }
}
