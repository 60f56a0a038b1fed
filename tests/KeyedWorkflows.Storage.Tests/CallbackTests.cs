namespace KeyedWorkflows.Storage.Tests;

public sealed class CallbackTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_callback_comes_with_the_end_of_its_run_and_is_taken_once_a_lease(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        using var other = new StoreHost(directory);
        var start = await EndedAsync(host);
        var silent = ARun.Start();
        await host.Runs.StartAsync(silent);
        await host.Runs.EndAsync(ARun.End(silent.Id, callback: ARun.Utf8("{}"), at: host.Time.GetUtcNow()));

        var taken = Assert.Single(await host.Callbacks.TakeDueAsync(10, Lease, Cancel));
        Assert.Equal((start.Id, start.TokenId, start.CallbackUrl, "{\"event\":1}", 0), (taken.RunId, taken.TokenId, taken.Url, ARun.Text(taken.Body), taken.Attempts));
        Assert.Empty(await other.Callbacks.TakeDueAsync(10, Lease, Cancel));

        // Whoever took it is gone.
        other.Time.Skip(Lease);
        var again = Assert.Single(await other.Callbacks.TakeDueAsync(10, Lease, Cancel));
        Assert.Equal((taken.Id, 1), (again.Id, again.Attempts));

        await other.Callbacks.PostponeAsync(again.Id, other.Time.GetUtcNow().AddHours(1), Cancel);
        other.Time.Skip(TimeSpan.FromMinutes(59));
        Assert.Empty(await other.Callbacks.TakeDueAsync(10, Lease, Cancel));
        other.Time.Skip(TimeSpan.FromMinutes(1));
        Assert.Equal(2, Assert.Single(await other.Callbacks.TakeDueAsync(10, Lease, Cancel)).Attempts);
        await other.Callbacks.CompleteAsync(again.Id, delivered: true, Cancel);
        other.Time.Skip(TimeSpan.FromDays(1));
        Assert.Empty(await other.Callbacks.TakeDueAsync(10, Lease, Cancel));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task What_was_given_up_stays_for_the_operator_and_is_tried_no_more(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        var start = await EndedAsync(host);
        var taken = Assert.Single(await host.Callbacks.TakeDueAsync(10, Lease, Cancel));

        await host.Callbacks.CompleteAsync(taken.Id, delivered: false, Cancel);
        await host.Callbacks.PostponeAsync(taken.Id, host.Time.GetUtcNow(), Cancel);
        host.Time.Skip(TimeSpan.FromDays(1));

        Assert.Empty(await host.Callbacks.TakeDueAsync(10, Lease, Cancel));
        using var context = host.Storage.Database.OpenHistory();
        Assert.Equal((start.Id, CallbackRow.GivenUp), (context.Callbacks.Single().RunId, context.Callbacks.Single().State));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Two_nodes_that_take_at_once_never_take_the_same(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        using var other = new StoreHost(directory);
        for (var i = 0; i < 40; i++)
            await EndedAsync(host);

        var taken = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => (i % 2 == 0 ? host : other).Callbacks.TakeDueAsync(5, Lease, Cancel)));

        Assert.All(taken, static one => Assert.InRange(one.Count, 0, 5));
        string[] ids = [.. taken.SelectMany(static one => one).Select(static callback => callback.Id)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.InRange(ids.Length, 5, 40);
    }

    private static async Task<RunStart> EndedAsync(StoreHost host)
    {
        var start = ARun.Start(callback: "https://hooks.example/done");
        await host.Runs.StartAsync(start);
        await host.Runs.EndAsync(ARun.End(start.Id, callback: ARun.Utf8("{\"event\":1}"), at: host.Time.GetUtcNow()));
        return start;
    }
}
