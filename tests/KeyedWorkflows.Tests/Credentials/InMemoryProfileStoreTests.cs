namespace KeyedWorkflows.Tests.Credentials;

public sealed class InMemoryProfileStoreTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_profile_is_found_by_name_id_and_tenant()
    {
        var store = new InMemoryProfileStore(Profiles.Of("a", "acme"), Profiles.Of("b", "acme"), Profiles.Of("c"));

        Assert.Equal("a", (await store.FindByNameAsync("a", Token))?.Name);
        Assert.Equal("c", (await store.FindByIdAsync("id-c", Token))?.Name);
        Assert.Equal(["a", "b"], (await store.FindByTenantAsync("acme", Token)).Select(profile => profile.Name));
        Assert.Empty(await store.FindByTenantAsync("ac", Token));
        Assert.Null(await store.FindByNameAsync("A", Token));
    }

    [Fact]
    public async Task Each_write_makes_a_new_revision()
    {
        var profile = Profiles.Of("a");
        var store = new InMemoryProfileStore();

        var first = store.Set(profile);
        var second = store.Set(first);

        Assert.NotEqual(first.Revision, second.Revision);
        Assert.Equal(second.Revision, (await store.FindByIdAsync("id-a", Token))?.Revision);
    }

    [Fact]
    public async Task A_renamed_profile_is_not_found_under_its_old_name()
    {
        var store = new InMemoryProfileStore(Profiles.Of("a", "acme"));

        store.Set(Profiles.Of("b", "other") with { Id = "id-a" });

        Assert.Null(await store.FindByNameAsync("a", Token));
        Assert.Equal("b", (await store.FindByIdAsync("id-a", Token))?.Name);
        Assert.Empty(await store.FindByTenantAsync("acme", Token));
        Assert.Single(await store.FindByTenantAsync("other", Token));
    }

    [Fact]
    public async Task A_name_that_is_made_again_has_its_own_id()
    {
        var store = new InMemoryProfileStore(Profiles.Of("a", "acme"));

        store.Set(Profiles.Of("a", "acme") with { Id = "another" });

        Assert.Null(await store.FindByIdAsync("id-a", Token));
        Assert.Equal("another", Assert.Single(await store.FindByTenantAsync("acme", Token)).Id);
    }

    [Fact]
    public async Task A_removed_profile_is_gone_everywhere()
    {
        var store = new InMemoryProfileStore(Profiles.Of("a", "acme"));

        Assert.True(store.Remove("a"));
        Assert.False(store.Remove("a"));
        Assert.Null(await store.FindByNameAsync("a", Token));
        Assert.Null(await store.FindByIdAsync("id-a", Token));
        Assert.Empty(await store.FindByTenantAsync("acme", Token));
    }

    [Fact]
    public void A_malformed_profile_is_refused_without_echo()
    {
        var key = Profiles.NewKey();
        StoredProfile[] faulty =
        [
            Profiles.Of("a") with { Name = key + "\n" },
            Profiles.Of("a") with { Id = key + "\n" },
            Profiles.Of("a", key + " "),
            Profiles.Of("a", provider: key + " "),
            Profiles.Of("a") with { Organization = key + "\r\nX-Other: 1" },
            Profiles.Of("a") with { Endpoint = new Uri("https://user:" + key + "@localhost") },
            Profiles.Of("a") with { Endpoint = new Uri("https://localhost?key=" + key) },
            Profiles.Of("a") with { Headers = new Dictionary<string, Secret> { ["Bad\nName" + key] = Secret.From(key) } },
            Profiles.Of("a") with { Headers = new Dictionary<string, Secret> { ["Cookie"] = Secret.From(key) } },
        ];

        foreach (var profile in faulty)
        {
            var error = Assert.Throws<ArgumentException>(() => new InMemoryProfileStore(profile));
            Assert.DoesNotContain(key, error.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_name_in_two_stores_is_refused()
    {
        var error = Assert.Throws<InvalidOperationException>(() => CompositeProfileStore.Of([new InMemoryProfileStore(Profiles.Of("a")), new InMemoryProfileStore(Profiles.Of("a"))]));
        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);

        var late = new InMemoryProfileStore();
        var both = CompositeProfileStore.Of([new InMemoryProfileStore(Profiles.Of("a"), Profiles.Of("b", "acme")), late]);
        Assert.Equal("a", (await both.FindByNameAsync("a", Token))?.Name);
        late.Set(Profiles.Of("a"));
        late.Set(Profiles.Of("c", "acme"));
        Assert.Equal(WorkflowErrorCodes.HostMisconfigured, (await Assert.ThrowsAsync<WorkflowRunException>(async () => await both.FindByNameAsync("a", Token))).Code);
        Assert.Equal(2, (await both.FindByTenantAsync("acme", Token)).Count);
    }
}
