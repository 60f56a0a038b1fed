using KeyedWorkflows.Runtime;
using KeyedWorkflows.Tests.Credentials;
using KeyedWorkflows.Tests.Runtime;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Tests.Models;

/// <summary>What happens to runs in flight when their payer changes: at their next model call.</summary>
public sealed class RevocationTests
{
    private readonly InMemoryProfileStore store = new(Profiles.Of("client", "acme-two", "fake"));

    [Fact]
    public async Task A_rotated_key_pays_from_the_next_call_on()
    {
        await using var scene = Open();
        var before = (await store.FindByNameAsync("client", Scene.Ct))!;

        await RunAsync(scene, () => store.Set(before with { ApiKey = Secret.From("key-rotated") }));

        Assert.Equal([before.ApiKey, Secret.From("key-rotated")], scene.Model.Requests.Select(request => request.Context.ApiKey));
    }

    [Theory]
    [InlineData("removed")]
    [InlineData("disabled")]
    [InlineData("tenant")]
    [InlineData("provider")]
    [InlineData("made again")]
    public async Task A_revoked_profile_stops_its_runs_at_their_next_call(string how)
    {
        await using var scene = Open();
        var before = (await store.FindByNameAsync("client", Scene.Ct))!;

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => RunAsync(scene, () =>
        {
            switch (how)
            {
                case "removed":
                    store.Remove("client");
                    break;
                case "made again":
                    store.Remove("client");
                    store.Set(before with { Id = "another" });
                    break;
                default:
                    store.Set(how == "disabled" ? before with { Enabled = false } : how == "tenant" ? before with { Tenant = "beta" } : before with { Provider = "elsewhere" });
                    break;
            }
        }));

        Assert.Equal((WorkflowErrorCodes.ProfileDisabled, "client", "main"), (error.Code, error.Profile, error.Slot));
        Assert.Single(scene.Model.Requests);
        Assert.Equal(1, scene.Model.Disposed);
    }

    [Fact]
    public async Task A_grant_that_is_taken_away_stops_the_run_at_its_next_call()
    {
        var grants = new Grants();
        await using var scene = Open(services => services.AddSingleton<ICredentialAuthorizer>(grants));

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => RunAsync(scene, () => grants.Open = false));
        Assert.Equal((WorkflowErrorCodes.ProfileDisabled, 1), (error.Code, scene.Model.Requests.Count));

        grants.Open = true;
        error = await Assert.ThrowsAsync<WorkflowRunException>(() => RunAsync(scene, () => grants.Open = false, Credential.ApiKey(Profiles.NewKey())));
        Assert.Equal((WorkflowErrorCodes.ProfileDisabled, 2), (error.Code, scene.Model.Requests.Count));
    }

    [Fact]
    public async Task RevokedDuringToolLoopStopsNextAttempt()
    {
        await using var scene = Open();
        scene.Model.Answers((_, _) =>
        {
            store.Remove("client");
            throw new ModelCallException(WorkflowErrorCodes.ProviderFailed, "fails, and is tried again") { IsTransient = true };
        });

        var run = Assert.ThrowsAsync<WorkflowRunException>(() => RunAsync(scene, () => { }));
        while (!run.IsCompleted)
        {
            scene.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal((WorkflowErrorCodes.ProfileDisabled, 1), ((await run).Code, scene.Model.Requests.Count));
    }

    [Fact]
    public async Task A_store_that_fails_refuses_the_call_without_its_words()
    {
        var failing = new FailingStore(store);
        await using var scene = new Scene(services => WorkflowsBuilder.For(services).AddProfileStore(failing));

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => RunAsync(scene, () => failing.Fails = true));

        Assert.Equal((WorkflowErrorCodes.HostMisconfigured, "client"), (error.Code, error.Profile));
        Assert.DoesNotContain("CANARY", error.ToString(), StringComparison.Ordinal);
        Assert.Single(scene.Model.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RotationRacingStartUsesOneSnapshot(bool alsoBetweenLookUps)
    {
        var profile = (await store.FindByNameAsync("client", Scene.Ct))!;
        var rotations = 0;
        Rotate();

        // Others write all the while. Where no two look-ups get the same revision either, a call that made two would be paid by a mixture.
        await using var scene = alsoBetweenLookUps ? new Scene(services => WorkflowsBuilder.For(services).AddProfileStore(new RotatingStore(store, Rotate))) : Open();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Scene.Ct);
        var rotating = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                Rotate();
        }, Scene.Ct);

        // As long as it takes for the two to have met.
        for (var runs = 0; (runs < 300 || Volatile.Read(ref rotations) < 50_000) && !rotating.IsCompleted; runs++)
            await RunAsync(scene, () => { });
        await stop.CancelAsync();
        await rotating;

        if (alsoBetweenLookUps)
            Assert.Equal(scene.Model.Requests.Count, scene.Model.Contexts.Count);
        Assert.All(scene.Model.Contexts, context => Assert.Equal("org-" + context.ApiKey!.Reveal()["key-".Length..], context.Organization));

        void Rotate()
        {
            var number = Interlocked.Increment(ref rotations);
            store.Set(profile with { ApiKey = Secret.From("key-" + number), Organization = "org-" + number });
        }
    }

    private Scene Open(Action<IServiceCollection>? more = null) => new(services =>
    {
        WorkflowsBuilder.For(services).AddProfileStore(store);
        services.Configure<ModelCallPolicyOptions>(options => (options.MaxRetries, options.FirstDelay) = (3, TimeSpan.Zero));
        more?.Invoke(services);
    });

    /// <summary>Two calls of one step, with something in between.</summary>
    private static Task<string> RunAsync(Scene scene, Action between, Credential? credential = null) => scene.RunAsync(
        Written.Paid(Written.Steps("Ask"), (emitted, _) => emitted.StepAsync(0, async scope =>
        {
            var client = scope.ChatClient(0);
            await client.GetResponseAsync("one", null, scope.CancellationToken);
            between();
            return (await client.GetResponseAsync("two", null, scope.CancellationToken)).Text;
        })),
        "x",
        credential ?? "client");

    private sealed class Grants : ICredentialAuthorizer
    {
        public bool Open { get; set; } = true;

        public bool MayUse(RunCaller caller, StoredProfile profile) => Open;

        public bool MaySendKey(RunCaller caller) => Open;
    }

    /// <summary>Whoever looks a profile up by its id finds it, and then it is another revision.</summary>
    private sealed class RotatingStore(InMemoryProfileStore inner, Action rotate) : IProfileStore
    {
        public ValueTask<StoredProfile?> FindByNameAsync(string name, CancellationToken cancellationToken) => inner.FindByNameAsync(name, cancellationToken);

        public ValueTask<StoredProfile?> FindByIdAsync(string id, CancellationToken cancellationToken)
        {
            var found = inner.FindByIdAsync(id, cancellationToken);
            rotate();
            return found;
        }

        public ValueTask<IReadOnlyList<StoredProfile>> FindByTenantAsync(string tenant, CancellationToken cancellationToken) => inner.FindByTenantAsync(tenant, cancellationToken);
    }

    private sealed class FailingStore(InMemoryProfileStore inner) : IProfileStore
    {
        public bool Fails { get; set; }

        public ValueTask<StoredProfile?> FindByNameAsync(string name, CancellationToken cancellationToken) => inner.FindByNameAsync(name, cancellationToken);

        public ValueTask<StoredProfile?> FindByIdAsync(string id, CancellationToken cancellationToken) => Fails ? throw new InvalidDataException("password CANARY") : inner.FindByIdAsync(id, cancellationToken);

        public ValueTask<IReadOnlyList<StoredProfile>> FindByTenantAsync(string tenant, CancellationToken cancellationToken) => inner.FindByTenantAsync(tenant, cancellationToken);
    }
}
