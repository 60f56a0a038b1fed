using KeyedWorkflows.Tests.Credentials;
using KeyedWorkflows.Tests.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Tests.Models;

public sealed class ModelClientCacheTests
{
    private static readonly ClientKey Key = new(ClientKind.Chat, "model-1", null);

    private readonly FakeModel provider = new();
    private readonly StoredProfile profile = Profiles.Of("a", provider: "fake") with { Revision = "1" };

    [Fact]
    public void A_profiles_revision_and_model_has_one_client()
    {
        using var cache = Cache();

        var first = Take(cache, profile);

        Assert.Same(first, Take(cache, profile));
        Assert.Same(first, Take(cache, profile with { Labels = new Dictionary<string, string> { ["a"] = "b" } }));
        Assert.NotSame(first, Take(cache, profile, Key with { Model = "model-2" }));
        Assert.NotSame(first, Take(cache, profile, Key with { Kind = ClientKind.Embeddings }));
        Assert.NotSame(first, Take(cache, profile with { Id = "other" }));
        Assert.Equal(4, provider.Contexts.Count);
        Assert.Equal(2, cache.Count);
    }

    [Fact]
    public void A_client_is_built_from_its_own_profile_alone()
    {
        using var cache = Cache();
        var other = Profiles.Of("b", provider: "fake") with { Revision = "1", Organization = "org", Endpoint = new Uri("https://models.example/v1") };

        Take(cache, profile);
        Take(cache, other);

        Assert.Equal([("a", profile.ApiKey, null, null), ("b", other.ApiKey, "org", other.Endpoint)], provider.Contexts.Select(context => (context.ProfileName, context.ApiKey, context.Organization, context.Endpoint)));
        Assert.All(provider.Contexts, context => Assert.Equal("model-1", context.Model));
    }

    [Fact]
    public void A_new_revision_gets_a_client_with_the_new_key()
    {
        using var cache = Cache();
        var before = Take(cache, profile);
        var rotated = profile with { Revision = "2", ApiKey = Secret.From(Profiles.NewKey()) };

        var after = Take(cache, rotated);

        Assert.NotSame(before, after);
        Assert.Equal(rotated.ApiKey, provider.Contexts.Last().ApiKey);
        Assert.Equal(1, provider.Disposed);
        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void RestoredBackupUsesNoCachedClient()
    {
        var store = new InMemoryProfileStore(profile);
        using var cache = Cache();
        var before = store.Set(profile);
        var first = Take(cache, before);
        Take(cache, store.Set(profile with { ApiKey = Secret.From(Profiles.NewKey()) }));

        Assert.NotSame(first, Take(cache, store.Set(before)));
    }

    [Fact]
    public void A_client_is_not_disposed_under_a_call()
    {
        using var cache = Cache();
        var underWay = cache.Take(Key, profile);

        Take(cache, profile with { Revision = "2" });
        Assert.Equal(0, provider.Disposed);

        underWay.Dispose();
        Assert.Equal(1, provider.Disposed);
    }

    [Fact]
    public void A_dropped_profile_is_built_anew_when_it_comes_back()
    {
        using var cache = Cache();
        var before = Take(cache, profile);

        cache.Drop(profile.Id);
        cache.Drop(profile.Id);
        Assert.Equal((0, 1), (cache.Count, provider.Disposed));

        Assert.NotSame(before, Take(cache, profile));
    }

    [Fact]
    public void Beyond_its_capacity_those_go_that_were_unused_for_longest()
    {
        using var cache = new ModelClientCache(Factory(), capacity: 20);

        for (var i = 0; i < 200; i++)
            Take(cache, profile with { Id = "id-" + i });

        Assert.InRange(cache.Count, 1, 20);
        Assert.Equal(200 - cache.Count, provider.Disposed);
    }

    [Fact]
    public void Models_that_inputs_name_without_end_do_not_fill_the_memory()
    {
        using var cache = Cache();

        for (var i = 0; i < 100; i++)
            Take(cache, profile, Key with { Model = "model-" + i });

        Assert.Equal(100, provider.Contexts.Count);
        Assert.Equal(68, provider.Disposed);
    }

    [Fact]
    public void Each_key_that_is_given_for_a_run_has_clients_of_its_own_until_the_run_ends()
    {
        using var cache = Cache();
        var key = Secret.From(Profiles.NewKey());
        var (one, other) = (new InlineCredential("fake", key, null), new InlineCredential("fake", key, null));

        var first = Take(cache, one);

        Assert.Same(first, Take(cache, one));
        Assert.NotSame(first, Take(cache, other));
        Assert.Equal(0, cache.Count);
        Assert.All(provider.Contexts, context => Assert.Null(context.ProfileName));

        one.Clients.Retire();
        Assert.Equal(1, provider.Disposed);
        Assert.Equal(WorkflowErrorCodes.StepContract, Assert.Throws<ModelCallException>(() => cache.Take(Key, one)).Code);
    }

    [Fact]
    public void A_provider_that_cannot_build_a_client_leaves_nothing_behind()
    {
        var refuses = true;
        var fussy = new FakeProvider("fake", chat: context => refuses ? throw new ModelCallException(WorkflowErrorCodes.ProviderNotInitialized, "no") : provider.CreateChatClient(context));
        using var cache = new ModelClientCache(new ModelClientFactory(new ModelProviders([fussy], false), new ModelTransports()));

        Assert.Throws<ModelCallException>(() => cache.Take(Key, profile));
        refuses = false;

        Assert.NotNull(Take(cache, profile));
    }

    [Fact]
    public async Task Rotation_under_load_hands_out_each_revisions_own_key()
    {
        using var cache = Cache();
        var clients = new Dictionary<IDisposable, string?>(ReferenceEqualityComparer.Instance);
        var revisions = Enumerable.Range(0, 8).Select(number => profile with { Revision = "r" + number, Model = "m" + number, ApiKey = Secret.From("key-of-r" + number) }).ToArray();
        var tagging = new FakeProvider("fake", chat: context =>
        {
            var client = provider.CreateChatClient(context);
            lock (clients)
                clients.Add(client, context.ApiKey?.Reveal());
            return client;
        });
        using var tagged = new ModelClientCache(new ModelClientFactory(new ModelProviders([tagging], false), new ModelTransports()));

        await Parallel.ForAsync(0, 4_000, TestContext.Current.CancellationToken, (number, _) =>
        {
            var revision = revisions[number % revisions.Length];
            using var lease = tagged.Take(Key, revision);
            lock (clients)
                Assert.Equal("key-of-" + revision.Revision, clients[lease.Client]);
            return ValueTask.CompletedTask;
        });
    }

    private ModelClientFactory Factory() => new(new ModelProviders([provider], false), new ModelTransports());

    private ModelClientCache Cache() => new(Factory());

    private static IDisposable Take(ModelClientCache cache, StoredProfile profile, ClientKey? key = null)
    {
        using var lease = cache.Take(key ?? Key, profile);
        return lease.Client;
    }

    private static IDisposable Take(ModelClientCache cache, InlineCredential credential)
    {
        using var lease = cache.Take(Key, credential);
        return lease.Client;
    }
}
