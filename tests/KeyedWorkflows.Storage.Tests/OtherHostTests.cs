using System.Diagnostics;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>What one host changes holds in the runs of another on the same database: by the clock of the wall, within a second, at their next model call.</summary>
public sealed class OtherHostTests
{
    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_rotation_a_disabling_and_a_revocation_reach_the_next_model_call_of_the_other_within_a_second(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var writer = new StoreHost(directory, clock: TimeProvider.System);
        using var reader = new StoreHost(directory, clock: TimeProvider.System);
        var (before, after) = (StoreHost.NewKey(), StoreHost.NewKey());
        var made = await writer.Profiles.CreateAsync(StoreHost.Draft("a", before), Cancel);
        var token = (await writer.Tokens.CreateAsync(new() { Name = "t", Tenants = ["acme"] }, Cancel)).Token;
        Assert.NotNull(await reader.TokenStore.FindByIdAsync(token.Id, Cancel));

        // A run of the reader's is in its first call while the writer changes something.
        async Task<TimeSpan> ChangeInCallAsync(Func<Task> change)
        {
            TimeSpan took = default;
            reader.Provider.WhileAnswering = async _ =>
            {
                reader.Provider.WhileAnswering = null;
                var heard = reader.Storage.Watch.Generation;
                await change();
                var start = Stopwatch.GetTimestamp();
                while (reader.Storage.Watch.Generation == heard)
                {
                    Cancel.ThrowIfCancellationRequested();
                    await Task.Yield();
                }
                took = Stopwatch.GetElapsedTime(start);
            };
            await reader.AskTwice.RunAsync(new Question("Who pays?"), "a", Cancel);
            return took;
        }

        var second = TimeSpan.FromSeconds(1);
        Assert.InRange(await ChangeInCallAsync(() => writer.Profiles.RotateKeyAsync(made.Id, Secret.From(after), Cancel)), TimeSpan.Zero, second);
        Assert.Equal([Secret.From(before), Secret.From(after)], reader.Provider.Paid);

        var disabled = await Assert.ThrowsAsync<WorkflowRunException>(() => ChangeInCallAsync(() => writer.Profiles.SetEnabledAsync(made.Id, false, Cancel)));
        Assert.Equal((WorkflowErrorCodes.ProfileDisabled, 3), (disabled.Code, reader.Provider.Paid.Count));

        await writer.Profiles.SetEnabledAsync(made.Id, true, Cancel);
        while (!(await reader.FindAsync("a"))!.Enabled)
            await Task.Yield();
        var gone = await Assert.ThrowsAsync<WorkflowRunException>(() => ChangeInCallAsync(() => writer.Profiles.DeleteAsync(made.Id, Cancel)));
        Assert.Equal((WorkflowErrorCodes.ProfileDisabled, 4), (gone.Code, reader.Provider.Paid.Count));

        await writer.Tokens.RevokeAsync(token.Id, Cancel);
        var revoked = Stopwatch.GetTimestamp();
        while (await reader.TokenStore.FindByIdAsync(token.Id, Cancel) is not null)
            await Task.Yield();
        Assert.InRange(Stopwatch.GetElapsedTime(revoked), TimeSpan.Zero, second);
    }

    [Fact]
    public async Task PostgreSql_tells_of_a_change_unasked_and_again_after_its_connection_broke()
    {
        using var directory = new StoreDirectory(DatabaseKind.PostgreSql);
        using var writer = new StoreHost(directory);

        // Its clock stands: it asks nobody by itself.
        using var reader = new StoreHost(directory);
        var made = await writer.Profiles.CreateAsync(StoreHost.Draft("a"), Cancel);
        for (var round = 0; round < 2; round++)
        {
            var key = Secret.From(StoreHost.NewKey());
            await writer.Profiles.RotateKeyAsync(made.Id, key, Cancel);
            while (!key.Equals((await reader.FindAsync("a"))?.ApiKey))
            {
                Cancel.ThrowIfCancellationRequested();
                await Task.Yield();
            }
            Assert.Equal(key, await reader.RunAsync("a"));
            directory.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()");
        }
    }

    [Fact]
    public async Task Where_PostgreSql_is_not_heard_it_is_asked()
    {
        using var directory = new StoreDirectory(DatabaseKind.PostgreSql);
        using var writer = new StoreHost(directory);
        using var reader = new StoreHost(directory);
        var made = await writer.Profiles.CreateAsync(StoreHost.Draft("a"), Cancel);
        await reader.RunAsync("a");
        var key = Secret.From(StoreHost.NewKey());

        directory.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()");
        await writer.Profiles.RotateKeyAsync(made.Id, key, Cancel);
        reader.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(key, await reader.RunAsync("a"));
    }
}
