namespace KeyedWorkflows.Storage.Tests;

/// <summary>What keeps one client's key from another's run, on PostgreSQL too.</summary>
public sealed class PostgreSqlTests : IDisposable
{
    private readonly StoreDirectory directory = new(DatabaseKind.PostgreSql);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Swapped_payloads_are_tamper()
    {
        using var host = new StoreHost(directory);
        await host.Profiles.CreateAsync(StoreHost.Draft("a", tenant: "acme"), Cancel);
        await host.Profiles.CreateAsync(StoreHost.Draft("b", tenant: "bolt"), Cancel);

        directory.Execute("CREATE TABLE before AS SELECT * FROM profiles");
        directory.Execute("UPDATE profiles SET \"Payload\" = (SELECT before.\"Payload\" FROM before WHERE before.\"Name\" <> profiles.\"Name\")");

        Assert.Equal(WorkflowErrorCodes.ProfileTampered, await host.RefusalOfRunAsync("a"));
        Assert.Equal(WorkflowErrorCodes.ProfileTampered, await host.RefusalOfRunAsync("b"));
        Assert.Empty(host.Provider.Paid);
    }

    [Theory]
    [InlineData("\"Tenant\" = 'bolt'")]
    [InlineData("\"Endpoint\" = 'https://elsewhere.example/v1'")]
    [InlineData("\"Enabled\" = true")]
    [InlineData("\"Payload\" = ''")]
    public async Task An_edited_column_is_tamper(string edit)
    {
        using var host = new StoreHost(directory);
        await host.Profiles.CreateAsync(StoreHost.Draft("a") with { Enabled = false }, Cancel);

        Assert.Equal(1, directory.Execute("UPDATE profiles SET " + edit));

        Assert.Equal(WorkflowErrorCodes.ProfileTampered, await host.RefusalOfRunAsync("a"));
    }

    [Fact]
    public async Task An_edit_past_the_store_is_heard_of_where_the_profile_is_in_memory()
    {
        using var host = new StoreHost(directory);
        await host.Profiles.CreateAsync(StoreHost.Draft("a"), Cancel);
        host.Listen();
        await host.RunAsync("a");

        directory.Execute("UPDATE profiles SET \"Endpoint\" = 'https://elsewhere.example/v1'");
        var before = host.Storage.Watch.Generation;

        // The server counts what was written a little later.
        while (host.Storage.Watch.Generation == before)
        {
            Cancel.ThrowIfCancellationRequested();
            await Task.Yield();
            host.Time.Hear();
        }
        Assert.Equal(WorkflowErrorCodes.ProfileTampered, await host.RefusalOfRunAsync("a"));
    }

    [Fact]
    public async Task A_rotated_or_revoked_key_reaches_every_node_within_a_second()
    {
        using var writer = new StoreHost(directory);
        using var reader = new StoreHost(directory);
        var made = await writer.Profiles.CreateAsync(StoreHost.Draft("a"), Cancel);
        await reader.RunAsync("a");
        var key = Secret.From(StoreHost.NewKey());

        await writer.Profiles.RotateKeyAsync(made.Id, key, Cancel);
        reader.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(key, await reader.RunAsync("a"));

        await writer.Profiles.DeleteAsync(made.Id, Cancel);
        reader.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, await reader.RefusalOfRunAsync("a"));
    }

    [Fact]
    public async Task A_database_that_goes_back_under_a_host_is_refused()
    {
        using var host = new StoreHost(directory);
        var made = await host.Profiles.CreateAsync(StoreHost.Draft("a"), Cancel);
        directory.Execute("CREATE TABLE kept_profiles AS SELECT * FROM profiles; CREATE TABLE kept_state AS SELECT * FROM store_state");
        await host.Profiles.SetEnabledAsync(made.Id, false, Cancel);

        directory.Execute("DELETE FROM profiles; INSERT INTO profiles SELECT * FROM kept_profiles; DELETE FROM store_state; INSERT INTO store_state SELECT * FROM kept_state");
        host.Listen();

        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, await host.RefusalOfRunAsync("a"));
        Assert.Empty(host.Provider.Paid);
    }

    [Fact]
    public async Task Seeding_never_overwrites_or_revives()
    {
        Dictionary<string, string?> configuration = new()
        {
            ["KeyedWorkflows:Profiles:kept:Provider"] = RecordingProvider.Family, ["KeyedWorkflows:Profiles:kept:ApiKey"] = StoreHost.NewKey(), ["KeyedWorkflows:Profiles:kept:Model"] = "model-1",
            ["KeyedWorkflows:Profiles:gone:Provider"] = RecordingProvider.Family, ["KeyedWorkflows:Profiles:gone:ApiKey"] = StoreHost.NewKey(), ["KeyedWorkflows:Profiles:gone:Model"] = "model-1",
        };
        var key = Secret.From(StoreHost.NewKey());
        using (var host = new StoreHost(directory, static options => options.SeedFromConfiguration = true, configuration: configuration))
        {
            await host.Profiles.RotateKeyAsync((await host.FindAsync("kept"))!.Id, key, Cancel);
            await host.Profiles.DeleteAsync((await host.FindAsync("gone"))!.Id, Cancel);
        }

        using var after = new StoreHost(directory, static options => options.SeedFromConfiguration = true, configuration: configuration);

        Assert.Equal(key, await after.RunAsync("kept"));
        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, await after.RefusalOfRunAsync("gone"));
    }

    [Fact]
    public async Task Many_writers_and_readers_at_once_are_never_taken_for_a_database_that_was_set_back()
    {
        using var host = new StoreHost(directory);
        using var other = new StoreHost(directory);
        var ids = new string[4];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = (await host.Profiles.CreateAsync(StoreHost.Draft("p" + i), Cancel)).Id;

        await Parallel.ForAsync(0, 60, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (i, token) =>
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
    public async Task Hosts_that_start_at_once_on_an_empty_database_make_its_tables_together()
    {
        var hosts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => new StoreHost(directory), Cancel)));

        await hosts[0].Profiles.CreateAsync(StoreHost.Draft("a"), Cancel);
        Assert.Equal(4, hosts.Select(static host => host.Node.Name).Distinct().Count());
        foreach (var host in hosts)
            host.Dispose();
    }
}
