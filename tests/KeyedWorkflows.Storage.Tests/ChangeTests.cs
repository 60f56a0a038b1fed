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
        await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        await host.RunAsync("a");
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(directory.Database)!))
            File.Move(file, file + ".away");

        host.Time.Advance(TimeSpan.FromSeconds(4.5));
        await host.RunAsync("a");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, await host.RefusalOfRunAsync("a"));
        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, (await Assert.ThrowsAsync<WorkflowRunException>(() => host.FindByIdAsync("any"))).Code);
        await Assert.ThrowsAsync<WorkflowRunException>(() => host.Store.FindByTenantAsync("acme", TestContext.Current.CancellationToken).AsTask());

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

        directory.Restore(backup);
        host.Listen();
        Assert.Equal(old, await host.RunAsync("a"));

        // The same number of writes after the backup as before it: only a random revision tells them apart.
        var anew = Secret.From(StoreHost.NewKey());
        var second = await host.Profiles.RotateKeyAsync(made.Id, anew, TestContext.Current.CancellationToken);
        Assert.NotEqual(first.Revision, second.Revision);
        Assert.Equal(anew, await host.RunAsync("a"));
    }

    [Fact]
    public async Task A_database_that_is_replaced_under_a_host_is_noticed()
    {
        using var host = new StoreHost(directory);
        var old = Secret.From(StoreHost.NewKey());
        var made = await host.Profiles.CreateAsync(StoreHost.Draft("a", old.Reveal()), TestContext.Current.CancellationToken);
        var backup = directory.Backup();
        await host.Profiles.RotateKeyAsync(made.Id, Secret.From(StoreHost.NewKey()), TestContext.Current.CancellationToken);
        await host.RunAsync("a");

        File.Delete(directory.Database + "-wal");
        File.Delete(directory.Database + "-shm");
        File.Move(backup, directory.Database, overwrite: true);
        host.Listen();

        Assert.Equal(old, await host.RunAsync("a"));
    }
}
