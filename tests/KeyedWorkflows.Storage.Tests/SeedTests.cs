namespace KeyedWorkflows.Storage.Tests;

public sealed class SeedTests : IDisposable
{
    private readonly StoreDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task SeedNeverOverwritesOrRevives()
    {
        var seeded = StoreHost.NewKey();
        var changed = Secret.From(StoreHost.NewKey());
        using (var host = Seeded(("kept", seeded), ("deleted", seeded), ("disabled", seeded)))
        {
            Assert.Equal(Secret.From(seeded), await host.RunAsync("kept"));
            await host.Profiles.RotateKeyAsync(await IdOf(host, "kept"), changed, TestContext.Current.CancellationToken);
            await host.Profiles.SetEnabledAsync(await IdOf(host, "disabled"), false, TestContext.Current.CancellationToken);
            await host.Profiles.DeleteAsync(await IdOf(host, "deleted"), TestContext.Current.CancellationToken);
        }

        using var after = Seeded(("kept", seeded), ("deleted", seeded), ("disabled", seeded), ("added", seeded));

        Assert.Equal(changed, await after.RunAsync("kept"));
        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, await after.RefusalOfRunAsync("deleted"));
        Assert.Equal(WorkflowErrorCodes.ProfileDisabled, await after.RefusalOfRunAsync("disabled"));
        Assert.Equal(Secret.From(seeded), await after.RunAsync("added"));
    }

    [Fact]
    public async Task A_seed_under_the_id_of_a_deleted_profile_is_left_out()
    {
        using (var host = Seeded(("a", StoreHost.NewKey())))
            await host.Profiles.DeleteAsync(await IdOf(host, "a"), TestContext.Current.CancellationToken);
        var id = "cfg-of-" + Guid.NewGuid().ToString("N");
        using (var host = Seeded(With(("b", StoreHost.NewKey()), id)))
            await host.Profiles.DeleteAsync(id, TestContext.Current.CancellationToken);

        using var after = Seeded(With(("c", StoreHost.NewKey()), id));

        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, await after.RefusalOfRunAsync("c"));
    }

    [Fact]
    public async Task Seeded_profiles_are_used_from_the_store_alone()
    {
        using var host = Seeded(("a", StoreHost.NewKey()));
        await host.Profiles.DeleteAsync(await IdOf(host, "a"), TestContext.Current.CancellationToken);

        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, await host.RefusalOfRunAsync("a"));
    }

    [Fact]
    public async Task A_name_in_configuration_and_store_refuses_the_start_where_nothing_is_seeded()
    {
        using (var host = new StoreHost(directory))
            await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);

        var refused = Assert.Throws<InvalidOperationException>(() => new StoreHost(directory, configuration: Configuration(("a", StoreHost.NewKey()))));

        Assert.Contains("'a' stands in two profile stores", refused.Message, StringComparison.Ordinal);
    }

    private StoreHost Seeded(params (string Name, string Key)[] profiles) => Seeded(Configuration(profiles));

    private StoreHost Seeded(Dictionary<string, string?> configuration) => new(directory, options => options.SeedFromConfiguration = true, configuration: configuration);

    private static Dictionary<string, string?> With((string Name, string Key) profile, string id)
    {
        var configuration = Configuration(profile);
        configuration[$"KeyedWorkflows:Profiles:{profile.Name}:Id"] = id;
        return configuration;
    }

    private static Dictionary<string, string?> Configuration(params (string Name, string Key)[] profiles)
    {
        Dictionary<string, string?> configuration = [];
        foreach (var (name, key) in profiles)
        {
            configuration[$"KeyedWorkflows:Profiles:{name}:Provider"] = RecordingProvider.Family;
            configuration[$"KeyedWorkflows:Profiles:{name}:ApiKey"] = key;
            configuration[$"KeyedWorkflows:Profiles:{name}:Model"] = "model-1";
        }
        return configuration;
    }

    private static async Task<string> IdOf(StoreHost host, string name) => (await host.Profiles.FindByNameAsync(name, TestContext.Current.CancellationToken))!.Id;
}
