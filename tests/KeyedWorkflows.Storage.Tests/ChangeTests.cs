using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Storage.Tests;

public sealed class ChangeTests : IDisposable
{
    private readonly StoreDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task A_change_reaches_every_process_within_a_second()
    {
        using var writer = new StoreHost(directory);
        using var reader = new StoreHost(directory);
        var made = await writer.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        await reader.RunAsync("a");
        var key = StoreHost.NewKey();

        await writer.Profiles.RotateKeyAsync(made.Id, Secret.From(key), TestContext.Current.CancellationToken);
        Assert.NotEqual(Secret.From(key), await reader.RunAsync("a"));
        reader.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Secret.From(key), await reader.RunAsync("a"));

        await writer.Profiles.SetEnabledAsync(made.Id, false, TestContext.Current.CancellationToken);
        reader.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(WorkflowErrorCodes.ProfileDisabled, await reader.RefusalOfRunAsync("a"));

        await writer.Profiles.DeleteAsync(made.Id, TestContext.Current.CancellationToken);
        reader.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, await reader.RefusalOfRunAsync("a"));
        Assert.Empty(await reader.Store.FindByTenantAsync("acme", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_change_holds_at_once_in_the_process_that_makes_it()
    {
        using var host = new StoreHost(directory);
        var made = await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        await host.RunAsync("a");
        var key = Secret.From(StoreHost.NewKey());

        await host.Profiles.RotateKeyAsync(made.Id, key, TestContext.Current.CancellationToken);
        Assert.Equal(key, await host.RunAsync("a"));

        await host.Profiles.SetEnabledAsync(made.Id, false, TestContext.Current.CancellationToken);
        Assert.Equal(WorkflowErrorCodes.ProfileDisabled, await host.RefusalOfRunAsync("a"));
    }

    [Fact]
    public async Task A_profile_is_decrypted_once_a_revision()
    {
        using var host = new StoreHost(directory);
        var made = await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        var first = await host.FindAsync("a");

        await host.Profiles.CreateAsync(StoreHost.Draft("b"), TestContext.Current.CancellationToken);
        Assert.Same(first, await host.FindAsync("a"));
        Assert.Same(first, await host.FindByIdAsync(made.Id));
        Assert.Same(first, (await host.Store.FindByTenantAsync("acme", TestContext.Current.CancellationToken))[0]);

        await host.Profiles.RotateKeyAsync(made.Id, first!.ApiKey!, TestContext.Current.CancellationToken);
        Assert.NotSame(first, await host.FindAsync("a"));
        Assert.NotEqual(first.Revision, (await host.FindAsync("a"))!.Revision);
    }

    [Fact]
    public async Task What_is_known_is_answered_from_memory()
    {
        using var host = new StoreHost(directory);
        var made = await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        await host.FindAsync("a");

        Assert.True(host.FindAsync("a").IsCompletedSuccessfully);
        Assert.True(host.FindByIdAsync(made.Id).IsCompletedSuccessfully);

        Find();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Find();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Find()
        {
#pragma warning disable CA2012 // It is complete: to await it, a test's own method would allocate.
            for (var i = 0; i < 100; i++)
                _ = host.Store.FindByIdAsync(made.Id, CancellationToken.None).IsCompletedSuccessfully;
#pragma warning restore CA2012
        }
    }

    [Fact]
    public async Task StaleNodeRefuses()
    {
        using var host = new StoreHost(directory);
        var made = await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);

        // All that it could answer from memory.
        Func<Task>[] ways = [() => host.FindAsync("a"), () => host.FindByIdAsync(made.Id), () => host.Store.FindByTenantAsync("acme", TestContext.Current.CancellationToken).AsTask()];
        foreach (var find in ways)
            await find();
        await host.RunAsync("a");
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(directory.Database)!))
            File.Move(file, file + ".away");

        host.Time.Advance(TimeSpan.FromSeconds(4.5));
        await host.RunAsync("a");
        foreach (var find in ways)
            await find();
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, await host.RefusalOfRunAsync("a"));
        foreach (var find in ways)
            Assert.Equal(WorkflowErrorCodes.StoreUnavailable, (await Assert.ThrowsAsync<WorkflowRunException>(find)).Code);

        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(directory.Database)!))
            File.Move(file, file.Replace(".away", "", StringComparison.Ordinal));
        await host.RunAsync("a");
    }

    [Fact]
    public async Task A_run_under_way_is_refused_when_its_node_hears_nothing()
    {
        using var host = new StoreHost(directory);
        await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        host.Provider.BeforeAnswer = () =>
        {
            host.Provider.BeforeAnswer = null;
            File.Move(directory.Database, directory.Database + ".away");
            host.Time.Advance(TimeSpan.FromSeconds(6));
        };

        var refused = await Assert.ThrowsAsync<WorkflowRunException>(() => host.AskTwice.RunAsync(new Question("Who pays?"), "a", TestContext.Current.CancellationToken));

        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, refused.Code);
        Assert.Single(host.Provider.Paid);
    }

    [Fact]
    public async Task A_run_under_way_is_refused_when_its_profile_is_altered()
    {
        using var host = new StoreHost(directory);
        await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        host.Provider.BeforeAnswer = () =>
        {
            host.Provider.BeforeAnswer = null;
            directory.Execute("UPDATE profiles SET Endpoint = 'https://elsewhere.example/v1'");
            host.Listen();
        };

        var refused = await Assert.ThrowsAsync<WorkflowRunException>(() => host.AskTwice.RunAsync(new Question("Who pays?"), "a", TestContext.Current.CancellationToken));

        Assert.Equal(WorkflowErrorCodes.ProfileTampered, refused.Code);
        Assert.Single(host.Provider.Paid);
    }

    [Fact]
    public async Task RestoredBackupUsesNoCachedClient()
    {
        using var host = new StoreHost(directory);
        var old = Secret.From(StoreHost.NewKey());
        var made = await host.Profiles.CreateAsync(StoreHost.Draft("a", old.Reveal()), TestContext.Current.CancellationToken);
        var backup = directory.Backup();
        var lost = Secret.From(StoreHost.NewKey());
        var first = await host.Profiles.RotateKeyAsync(made.Id, lost, TestContext.Current.CancellationToken);
        Assert.Equal(lost, await host.RunAsync("a"));

        // Before this host hears of it, another has written as often after the backup as was written before: only a random revision tells the two apart.
        directory.Restore(backup);
        var anew = Secret.From(StoreHost.NewKey());
        using (var other = new StoreHost(directory))
        {
            await other.RunAsync("a");
            Assert.Equal(old, await other.RunAsync("a"));
            var second = await other.Profiles.RotateKeyAsync(made.Id, anew, TestContext.Current.CancellationToken);
            Assert.NotEqual(first.Revision, second.Revision);
            await other.Profiles.CreateAsync(StoreHost.Draft("b"), TestContext.Current.CancellationToken);
        }
        host.Listen();
        Assert.Equal(anew, await host.RunAsync("a"));
    }

    [Fact]
    public async Task A_backup_that_is_restored_under_a_host_is_refused_until_the_host_starts_again()
    {
        var old = Secret.From(StoreHost.NewKey());
        using (var host = new StoreHost(directory))
        {
            var made = await host.Profiles.CreateAsync(StoreHost.Draft("a", old.Reveal()), TestContext.Current.CancellationToken);
            var backup = directory.Backup();
            await host.Profiles.RotateKeyAsync(made.Id, Secret.From(StoreHost.NewKey()), TestContext.Current.CancellationToken);
            await host.RunAsync("a");

            directory.Restore(backup);
            host.Listen();
            Assert.Equal(WorkflowErrorCodes.StoreUnavailable, await host.RefusalOfRunAsync("a"));
        }

        using var after = new StoreHost(directory);
        Assert.Equal(old, await after.RunAsync("a"));
    }

    [Fact]
    public async Task A_database_that_loses_its_last_change_is_refused_until_the_host_starts_again()
    {
        var (id, key) = await StoredAsync();
        using (var host = new StoreHost(directory))
        using (var other = new StoreHost(directory))
        {
            await host.RunAsync("a");
            await host.Profiles.SetEnabledAsync(id, false, TestContext.Current.CancellationToken);
            other.Listen();
            directory.LoseLog();

            // What SQLite still has in memory of the log makes it fail to read, until all connections that know of it are closed.
            for (var i = 0; i < 4; i++)
            {
                host.Listen();
                other.Listen();
                Assert.Contains(await host.RefusalOfRunAsync("a"), (string[])[WorkflowErrorCodes.ProfileDisabled, WorkflowErrorCodes.StoreUnavailable]);
            }
            foreach (var one in (StoreHost[])[host, other])
            {
                Assert.True(one.Storage.Watch.IsSetBack);
                Assert.Equal(WorkflowErrorCodes.StoreUnavailable, await one.RefusalOfRunAsync("a"));
                Assert.Equal(WorkflowErrorCodes.StoreUnavailable, await one.RefusalOfRunAsync("b"));
                Assert.Equal(WorkflowErrorCodes.StoreUnavailable, (await Assert.ThrowsAsync<WorkflowRunException>(() => one.FindByIdAsync(id))).Code);
                await Assert.ThrowsAsync<WorkflowRunException>(() => one.Store.FindByTenantAsync("acme", TestContext.Current.CancellationToken).AsTask());
                var refused = await Assert.ThrowsAsync<ProfileRefusedException>(() => one.Profiles.SetEnabledAsync(id, false, TestContext.Current.CancellationToken));
                Assert.Equal(ProfileRefusal.StoreSetBack, refused.Reason);
            }
            Assert.DoesNotContain(key, host.Provider.Paid.Skip(1));
        }

        // Nothing but a host that was running knows of the change that is lost.
        using var after = new StoreHost(directory);
        Assert.Equal(key, await after.RunAsync("a"));
    }

    [Fact]
    public async Task A_read_that_comes_before_the_watch_does_not_take_a_database_that_was_set_back()
    {
        var (id, _) = await StoredAsync();
        using var host = new StoreHost(directory);
        var backup = directory.Backup();
        await host.Profiles.SetEnabledAsync(id, false, TestContext.Current.CancellationToken);

        directory.Restore(backup);

        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, await host.RefusalOfRunAsync("a"));
        Assert.Empty(host.Provider.Paid);
    }

    [Fact]
    public async Task A_write_that_comes_before_the_watch_does_not_cover_up_that_a_database_was_set_back()
    {
        var (id, _) = await StoredAsync();
        using var host = new StoreHost(directory);
        var backup = directory.Backup();
        await host.Profiles.SetEnabledAsync(id, false, TestContext.Current.CancellationToken);

        directory.Restore(backup);

        Assert.Equal(ProfileRefusal.StoreSetBack, (await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.CreateAsync(StoreHost.Draft("c"), TestContext.Current.CancellationToken))).Reason);
        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, await host.RefusalOfRunAsync("a"));
    }

    [Fact]
    public async Task Another_history_of_the_same_length_is_not_taken_for_the_one_that_was_seen()
    {
        var (id, _) = await StoredAsync();
        using var host = new StoreHost(directory);
        var backup = directory.Backup();
        await host.Profiles.SetEnabledAsync(id, false, TestContext.Current.CancellationToken);

        directory.Restore(backup);
        using (var other = new StoreHost(directory))
            await other.Profiles.CreateAsync(StoreHost.Draft("c"), TestContext.Current.CancellationToken);
        host.Listen();

        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, await host.RefusalOfRunAsync("a"));
    }

    [Fact]
    public void What_was_read_before_a_newer_state_was_heard_of_is_no_database_that_was_set_back()
    {
        using var host = new StoreHost(directory);
        var watch = host.Storage.Watch;
        var known = watch.Newest;
        var next = new StoreChange(known.Number + 1, "next");

        // A read begins, another thread writes, and the read ends.
        watch.Changed(next);
        watch.Saw(known, known);
        Assert.Equal((next, false), (watch.Newest, watch.IsSetBack));

        Assert.Throws<StoreSetBackException>(() => watch.Saw(next, known));
        Assert.True(watch.IsSetBack);
    }

    [Fact]
    public async Task Many_writers_and_readers_at_once_are_never_taken_for_a_database_that_was_set_back()
    {
        using var host = new StoreHost(directory);
        using var other = new StoreHost(directory);
        var ids = new string[4];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = (await host.Profiles.CreateAsync(StoreHost.Draft("p" + i), TestContext.Current.CancellationToken)).Id;

        await Parallel.ForAsync(0, 60, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, async (i, token) =>
        {
            var one = i % 2 == 0 ? host : other;
            await one.Profiles.RotateKeyAsync(ids[i % 4], Secret.From(StoreHost.NewKey()), token);
            one.Listen();
            Assert.NotNull(await one.Store.FindByIdAsync(ids[(i + 1) % 4], token));
            Assert.Equal(4, (await one.Store.FindByTenantAsync("acme", token)).Count);
        });

        Assert.False(host.Storage.Watch.IsSetBack || other.Storage.Watch.IsSetBack);
    }

    [Fact]
    public async Task A_database_that_is_replaced_under_a_host_by_an_older_one_is_refused()
    {
        using var host = new StoreHost(directory);
        var made = await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        var backup = directory.Backup();
        await host.Profiles.RotateKeyAsync(made.Id, Secret.From(StoreHost.NewKey()), TestContext.Current.CancellationToken);
        await host.RunAsync("a");

        File.Delete(directory.Database + "-wal");
        File.Delete(directory.Database + "-shm");
        File.Move(backup, directory.Database, overwrite: true);
        host.Listen();

        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, await host.RefusalOfRunAsync("a"));
    }

    [Fact]
    public async Task A_database_that_is_replaced_under_a_host_by_a_newer_one_is_noticed()
    {
        using var host = new StoreHost(directory);
        var made = await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        await host.RunAsync("a");
        var aside = directory.Backup();
        var anew = Secret.From(StoreHost.NewKey());
        using (var elsewhere = new StoreHost(directory, options => options.DatabasePath = aside))
            await elsewhere.Profiles.RotateKeyAsync(made.Id, anew, TestContext.Current.CancellationToken);

        File.Delete(directory.Database + "-wal");
        File.Delete(directory.Database + "-shm");
        foreach (var part in (string[])["", "-wal", "-shm"])
        {
            if (File.Exists(aside + part))
                File.Move(aside + part, directory.Database + part, overwrite: true);
        }
        host.Listen();

        Assert.Equal(anew, await host.RunAsync("a"));
    }

    /// <summary>Two profiles that stand in the database itself, not in its log.</summary>
    private async Task<(string Id, Secret Key)> StoredAsync()
    {
        using var host = new StoreHost(directory);
        var key = Secret.From(StoreHost.NewKey());
        var made = await host.Profiles.CreateAsync(StoreHost.Draft("a", key.Reveal()), TestContext.Current.CancellationToken);
        await host.Profiles.CreateAsync(StoreHost.Draft("b"), TestContext.Current.CancellationToken);
        host.Storage.Database.Compact();
        return (made.Id, key);
    }
}
