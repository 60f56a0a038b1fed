namespace KeyedWorkflows.Storage.Tests;

public sealed class TamperTests : IDisposable
{
    private readonly StoreDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task SwappedCiphertextIsTamper()
    {
        using var host = new StoreHost(directory);
        await host.Profiles.CreateAsync(StoreHost.Draft("a", tenant: "acme"), TestContext.Current.CancellationToken);
        await host.Profiles.CreateAsync(StoreHost.Draft("b", tenant: "bolt"), TestContext.Current.CancellationToken);

        directory.Execute("CREATE TABLE before AS SELECT * FROM profiles; UPDATE profiles SET Payload = (SELECT before.Payload FROM before WHERE before.Name <> profiles.Name)");
        host.Listen();

        Assert.Equal(WorkflowErrorCodes.ProfileTampered, (await host.FindAsync("a"))!.Fault!.Code);
        Assert.Equal(WorkflowErrorCodes.ProfileTampered, (await host.FindAsync("b"))!.Fault!.Code);
        Assert.Equal(WorkflowErrorCodes.ProfileTampered, await host.RefusalOfRunAsync("a"));
    }

    [Fact]
    public async Task A_payload_that_is_moved_with_all_its_columns_is_tamper_by_its_id()
    {
        using var host = new StoreHost(directory);
        await host.Profiles.CreateAsync(StoreHost.Draft("a", tenant: "acme"), TestContext.Current.CancellationToken);
        await host.Profiles.CreateAsync(StoreHost.Draft("b", tenant: "bolt"), TestContext.Current.CancellationToken);

        // All of b goes under the id of a, which acme is granted.
        directory.Execute("CREATE TABLE ids AS SELECT Id AS Was FROM profiles WHERE Name = 'a'; DELETE FROM profiles WHERE Name = 'a'; UPDATE profiles SET Id = (SELECT Was FROM ids)");
        host.Listen();

        Assert.Equal(WorkflowErrorCodes.ProfileTampered, (await host.FindAsync("b"))!.Fault!.Code);
    }

    [Fact]
    public async Task EditedEndpointColumnIsTamper()
    {
        using var host = new StoreHost(directory);
        await host.Profiles.CreateAsync(StoreHost.Draft("a", endpoint: "https://models.example/v1"), TestContext.Current.CancellationToken);
        await host.RunAsync("a");

        directory.Execute("UPDATE profiles SET Endpoint = 'https://elsewhere.example/v1'");
        host.Listen();

        Assert.Equal(WorkflowErrorCodes.ProfileTampered, await host.RefusalOfRunAsync("a"));
        Assert.Single(host.Provider.Paid);
    }

    [Theory]
    [InlineData("Name = 'other'", "other")]
    [InlineData("Tenant = 'bolt'", "a")]
    [InlineData("Tenant = NULL", "a")]
    [InlineData("Provider = 'openai'", "a")]
    [InlineData("Enabled = 1", "a")]
    [InlineData("Revision = 'ffffffffffffffffffffffffffffffff'", "a")]
    [InlineData("Payload = zeroblob(200)", "a")]
    [InlineData("Payload = x''", "a")]
    [InlineData("Payload = substr(Payload, 1, length(Payload) - 1)", "a")]
    public async Task An_edited_column_is_tamper(string edit, string name)
    {
        using var host = new StoreHost(directory);
        await host.Profiles.CreateAsync(StoreHost.Draft("a") with { Enabled = false }, TestContext.Current.CancellationToken);

        Assert.Equal(1, directory.Execute("UPDATE profiles SET " + edit));
        host.Listen();

        var found = await host.FindAsync(name);
        Assert.Equal(WorkflowErrorCodes.ProfileTampered, found!.Fault!.Code);
        Assert.Null(found.ApiKey);
        Assert.Empty(found.Headers);
    }

    [Fact]
    public async Task One_altered_profile_stops_no_other()
    {
        using var host = new StoreHost(directory);
        await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        var key = StoreHost.NewKey();
        await host.Profiles.CreateAsync(StoreHost.Draft("b", key), TestContext.Current.CancellationToken);
        directory.Execute("UPDATE profiles SET Tenant = 'evil' WHERE Name = 'a'");
        host.Listen();

        Assert.Equal(Secret.From(key), await host.RunAsync("b"));
        Assert.Equal(WorkflowErrorCodes.ProfileTampered, await host.RefusalOfRunAsync("a"));
    }

    [Fact]
    public async Task An_altered_profile_can_only_be_deleted()
    {
        using var host = new StoreHost(directory);
        var made = await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        directory.Execute("UPDATE profiles SET Endpoint = 'https://elsewhere.example/v1'");

        var refused = await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.RotateKeyAsync(made.Id, Secret.From(StoreHost.NewKey()), TestContext.Current.CancellationToken));
        var listed = Assert.Single(await host.Profiles.ListAsync(cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(ProfileRefusal.Unreadable, refused.Reason);
        Assert.Equal(WorkflowErrorCodes.ProfileTampered, listed.FaultCode);
        Assert.Null(listed.Endpoint);
        Assert.True(await host.Profiles.DeleteAsync(made.Id, TestContext.Current.CancellationToken));
        await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        await host.RunAsync("a");
    }

    [Fact]
    public async Task A_caller_without_the_grant_is_not_told_that_a_profile_was_altered()
    {
        using var host = new StoreHost(directory, authorizer: new NoGrants());
        await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        directory.Execute("UPDATE profiles SET Tenant = 'evil'");
        host.Listen();

        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, await host.RefusalOfRunAsync("a"));
    }

    [Fact]
    public async Task A_deleted_profile_whose_row_is_put_back_is_tamper()
    {
        using var host = new StoreHost(directory);
        var made = await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        await host.RunAsync("a");
        directory.Execute("CREATE TABLE kept AS SELECT * FROM profiles");
        await host.Profiles.DeleteAsync(made.Id, TestContext.Current.CancellationToken);

        Assert.Equal(1, directory.Execute("INSERT INTO profiles SELECT * FROM kept"));
        using var another = new StoreHost(directory);

        foreach (var one in (StoreHost[])[host, another])
        {
            one.Listen();
            Assert.Equal(WorkflowErrorCodes.ProfileTampered, await one.RefusalOfRunAsync("a"));
            var found = await one.FindByIdAsync(made.Id);
            Assert.Equal(WorkflowErrorCodes.ProfileTampered, found!.Fault!.Code);
            Assert.Contains("was deleted", found.Fault.Message, StringComparison.Ordinal);
            Assert.Null(found.ApiKey);
            Assert.All(await one.Store.FindByTenantAsync("acme", TestContext.Current.CancellationToken), profile => Assert.NotNull(profile.Fault));
            Assert.Equal(WorkflowErrorCodes.ProfileTampered, Assert.Single(await one.Profiles.ListAsync(cancellationToken: TestContext.Current.CancellationToken)).FaultCode);
            Assert.Equal(WorkflowErrorCodes.ProfileTampered, (await one.Profiles.FindByNameAsync("a", TestContext.Current.CancellationToken))!.FaultCode);
            Assert.Equal([made.Id], (await one.Profiles.ReEncryptAsync(TestContext.Current.CancellationToken)).Unreadable);
            await Assert.ThrowsAsync<ProfileRefusedException>(() => one.Profiles.RotateKeyAsync(made.Id, Secret.From(StoreHost.NewKey()), TestContext.Current.CancellationToken));
        }
        Assert.Single(host.Provider.Paid);
        Assert.Empty(another.Provider.Paid);
        Assert.True(await host.Profiles.DeleteAsync(made.Id, TestContext.Current.CancellationToken));
        await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        await host.RunAsync("a");
    }

    private sealed class NoGrants : ICredentialAuthorizer
    {
        public bool MayUse(RunCaller caller, StoredProfile profile) => false;

        public bool MaySendKey(RunCaller caller) => false;
    }
}
