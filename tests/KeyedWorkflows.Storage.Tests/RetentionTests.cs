using Microsoft.Extensions.Logging.Abstractions;

namespace KeyedWorkflows.Storage.Tests;

public sealed class RetentionTests
{
    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task What_is_older_than_its_time_goes_with_all_that_belongs_to_it_and_what_runs_stays(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory, static options => options.RunRetention = TimeSpan.FromDays(10));
        var now = host.Time.GetUtcNow();
        var old = await ReportedAsync(host, now.AddDays(-10).AddMinutes(-1));
        var young = await ReportedAsync(host, now.AddDays(-10).AddMinutes(1));
        var running = ARun.Start(at: now.AddDays(-100));
        await host.Runs.StartAsync(running);
        await host.IdempotencyKeys.ClaimAsync(new("token-a", "ask", null, "user-1", young), default, young, default, default, Cancel);

        Assert.Equal(1, await host.Retention.SweepAsync(Cancel));

        Assert.Null(await host.Runs.FindAsync("token-a", old, null, Cancel));
        Assert.NotNull(await host.Runs.FindAsync("token-a", young, null, Cancel));
        Assert.NotNull(await host.Runs.FindAsync("token-a", running.Id, null, Cancel));
        using var context = host.Storage.Database.OpenHistory();
        var number = context.Runs.Single(row => row.Id == young).Number;
        Assert.Equal([number], context.Steps.Select(static row => row.Run).Distinct());

        // What was used is booked for good.
        Assert.Equal(2, context.Calls.Select(static row => row.Run).Distinct().Count());
        Assert.Equal([number], context.Frames.Select(static row => row.Run).Distinct());
        Assert.Equal([young], context.IdempotencyKeys.Select(static row => row.RunId));
        Assert.Equal(0, await host.Retention.SweepAsync(Cancel));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Accounts_and_notices_of_budgets_go_when_their_period_is_long_over(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        var now = host.Time.GetUtcNow();
        (string Name, DateTimeOffset At)[] all = [("old", now.AddDays(-36)), ("young", now.AddDays(-34))];
        foreach (var (name, at) in all)
        {
            await host.Books.OpenAsync(new(new(new(LimitSubjectKind.Profile, name), BudgetPeriod.Month, at, "USD"), at.AddDays(31)));
            await host.Writer.ExecuteAsync(
                session =>
                {
                    HistoryStatements.InsertNotice(session, name, "https://ops.example.com", [], at.UtcTicks);
                    return true;
                },
                null,
                Cancel);
        }
        foreach (var due in await host.Callbacks.TakeDueAsync(10, -TimeSpan.FromDays(35.5), Cancel))
        {
            if (due.RunId == "old")
                await host.Callbacks.CompleteAsync(due.Id, delivered: true, Cancel);
        }

        await host.Retention.SweepAsync(Cancel);

        using var context = host.Storage.Database.OpenHistory();
        Assert.Equal("young", Assert.Single(context.BudgetAccounts).Subject);
        Assert.Equal("young", Assert.Single(context.Callbacks).RunId);
    }

    [Fact]
    public async Task Whom_a_tenants_own_calls_were_for_is_forgotten_with_it_though_no_run_has_a_record()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory, clock: TimeProvider.System);
        await host.Profiles.CreateAsync(StoreHost.Draft("acme_openai"), Cancel);
        await host.RunAsync("acme_openai");
        Assert.NotNull(await host.Tenants.RemoveAsync("acme", purge: false, Cancel));
        directory.ExecuteOnHistory("UPDATE run_calls SET ProviderRequestId = 'request-1'");

        Assert.NotNull((await host.Tenants.RemoveAsync("acme", purge: true, Cancel))!.Purged);

        using var context = host.Storage.Database.OpenHistory();
        var call = Assert.Single(context.Calls);
        Assert.Equal(("acme", null), (call.Tenant, call.ProviderRequestId));
        Assert.Null(await host.Tenants.RemoveAsync("acme", purge: true, Cancel));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_run_whose_request_may_be_repeated_is_kept_whatever_its_age(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory, static options => (options.RunRetention, options.MaxRuns) = (TimeSpan.FromDays(10), 0));
        var old = await ReportedAsync(host, host.Time.GetUtcNow().AddDays(-11));
        await host.IdempotencyKeys.ClaimAsync(new("token-a", "ask", null, "user-1", "order 1"), default, old, default, default, Cancel);

        Assert.Equal(0, await host.Retention.SweepAsync(Cancel));
        Assert.False((await host.IdempotencyKeys.ClaimAsync(new("token-a", "ask", null, "user-1", "order 1"), default, ARun.NewId(), default, default, Cancel)).IsNew);
        Assert.NotNull(await host.Runs.FindAsync("token-a", old, null, Cancel));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Past_the_number_that_is_kept_those_that_ended_first_go(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory, static options =>
        {
            options.RunRetention = null;
            options.MaxRuns = 3;
        });
        List<string> ids = [];
        for (var i = 0; i < 250; i++)
            ids.Add(await ReportedAsync(host, ARun.Noon.AddMinutes(i)));
        var running = ARun.Start(at: ARun.Noon.AddDays(-1));
        await host.Runs.StartAsync(running);

        Assert.Equal(247, await host.Retention.SweepAsync(Cancel));

        Assert.Equal((string[])[.. ids.TakeLast(3), running.Id], (await host.Runs.ListAsync("token-a", new(), Cancel)).Runs.Select(static run => run.Id).Reverse().OrderBy(id => id == running.Id));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Files_and_idempotency_keys_go_after_their_time(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        var file = new UploadedFile { Id = ARun.NewId(), TokenId = "token-a", EndUser = "user-1", Name = "a", MediaType = "text/plain", Extension = "txt", Size = 1, CreatedAt = host.Time.GetUtcNow() };
        await host.Uploads.TryAddAsync(file, new byte[1], 1, Cancel);
        await host.IdempotencyKeys.ClaimAsync(new("token-a", "ask", null, "user-1", "key"), default, "run", default, default, Cancel);

        await host.Retention.SweepAsync(Cancel);
        Assert.NotNull(await host.Uploads.FindAsync("token-a", "user-1", file.Id, Cancel));
        host.Time.Skip(TimeSpan.FromDays(7) + TimeSpan.FromMinutes(1));
        await host.Retention.SweepAsync(Cancel);

        Assert.Null(await host.Uploads.FindAsync("token-a", "user-1", file.Id, Cancel));
        using var context = host.Storage.Database.OpenHistory();
        Assert.Empty(context.UploadContents);
        Assert.Empty(context.IdempotencyKeys);
        Assert.True(await host.Uploads.TryAddAsync(file, new byte[1], 1, Cancel));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_sweep_takes_all_keys_whose_time_is_over_however_many_they_are_and_no_other(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        await Task.WhenAll(Enumerable.Range(0, 250).Select(i => ClaimAsync(host, $"old {i}", "run")));
        host.Time.Skip(IdempotencyKeys.Lifetime);
        await ClaimAsync(host, "young", "run");

        await host.Retention.SweepAsync(Cancel);

        using var context = host.Storage.Database.OpenHistory();
        Assert.Single(context.IdempotencyKeys);
        Assert.False((await ClaimAsync(host, "young", "another")).IsNew);
    }

    /// <summary>Whoever asks for the key next would pay again.</summary>
    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_key_that_is_claimed_anew_while_a_sweep_is_about_to_take_it_stays(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        await ClaimAsync(host, "key", "first");
        await ClaimAsync(host, "other", "first");
        host.Time.Skip(IdempotencyKeys.Lifetime);
        var database = new LookedAtDatabase(host.Storage.Database, () => Assert.True(ClaimAsync(host, "key", "second").Wait(TimeSpan.FromSeconds(30), Cancel)));
        using var writer = new HistoryWriter(database, host.Time, NullLogger.Instance);
        using var retention = new Retention(new StorageOptions(), writer, host.Time, NullLogger.Instance);

        await retention.SweepAsync(Cancel);

        Assert.True(database.WasLookedAt);
        Assert.Equal(("second", false), await ClaimAsync(host, "key", "third") is var claim ? (claim.RunId, claim.IsNew) : default);
        using var context = host.Storage.Database.OpenHistory();
        Assert.Single(context.IdempotencyKeys);
    }

    private static Task<IdempotencyClaim> ClaimAsync(StoreHost host, string key, string run) =>
        host.IdempotencyKeys.ClaimAsync(new("token-a", "ask", null, "user-1", key), default, run, default, default, Cancel);

    private static async Task<string> ReportedAsync(StoreHost host, DateTimeOffset ended)
    {
        var start = ARun.Start(at: ended.AddMinutes(-1));
        _ = host.Runs.StartAsync(start);
        host.Runs.Report(ARun.Progress(start.Id, 1, 1, 0, 1));
        await host.Runs.EndAsync(ARun.End(start.Id, at: ended));
        return start.Id;
    }

    /// <summary>A client that never ran left files; or the first purge did not come to its end.</summary>
    [Fact]
    public async Task A_tenant_that_was_removed_before_is_purged_of_its_uploads_when_that_is_asked_for()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory, clock: TimeProvider.System);
        List<string> tokens = [];
        foreach (var tenant in (string[])["acme", "bolt"])
        {
            var token = (await host.Tokens.CreateAsync(new() { Name = tenant, Workflows = ["ask"], PinnedTenant = tenant }, Cancel)).Token.Id;
            tokens.Add(token);
            var file = new UploadedFile { Id = "of-" + tenant, TokenId = token, EndUser = "user-1", Name = "contract.pdf", MediaType = "application/pdf", Extension = "pdf", Size = 4, CreatedAt = DateTimeOffset.UtcNow };
            Assert.True(await host.Uploads.TryAddAsync(file, new byte[4], 100, Cancel));
        }
        Assert.NotNull(await host.Tenants.RemoveAsync("acme", purge: false, Cancel));
        Assert.Null(await host.Tenants.RemoveAsync("acmee", purge: true, Cancel));

        var purged = (await host.Tenants.RemoveAsync("acme", purge: true, Cancel))!.Purged!;

        Assert.Equal((0, 1), (purged.Runs, purged.Uploads));
        using var history = host.Storage.Database.OpenHistory();
        Assert.Equal([tokens[1]], history.Uploads.Select(static upload => upload.TokenId));
        Assert.Null(await host.Tenants.RemoveAsync("acme", purge: true, Cancel));
    }

    /// <summary>A database in which another node does something as soon as the first has looked which keys' time is over.</summary>
    private sealed class LookedAtDatabase(IStorageDatabase inner, Action then) : CommitDatabase(inner)
    {
        private bool isLookedAt;

        public bool WasLookedAt { get; private set; }

        protected override void OnWrite(HistoryStatement statement, ReadOnlySpan<object?> values) =>
            isLookedAt |= !WasLookedAt && statement.Sql.StartsWith("SELECT \"Id\" FROM idempotency_keys", StringComparison.Ordinal);

        protected override void Commit(IHistorySession session)
        {
            session.Commit();
            if (!isLookedAt)
                return;
            (isLookedAt, WasLookedAt) = (false, true);
            then();
        }
    }
}
