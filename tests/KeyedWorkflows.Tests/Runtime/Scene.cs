using KeyedWorkflows.Runtime;
using KeyedWorkflows.Tests.Credentials;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace KeyedWorkflows.Tests.Runtime;

/// <summary>A host with a fake provider, a clock that the test moves, and the profiles <c>acme</c> (of tenant acme) and <c>house</c> (the operator's own).</summary>
internal sealed class Scene : IAsyncDisposable
{
    private readonly ServiceProvider services;

    public Scene(Action<IServiceCollection>? more = null)
    {
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(Time);
        collection.Configure<ModelCallPolicyOptions>(static options => options.MaxRetries = 0);
        WorkflowsBuilder.For(collection).AddProvider(Model).AddProfile(Acme).AddProfile(House);
        more?.Invoke(collection);
        services = collection.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
        Transport = (InProcessTransport)services.GetRequiredService<WorkflowTransport>();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    public FakeModel Model { get; } = new();

    public StoredProfile Acme { get; } = Profiles.Of("acme", "acme", "fake");

    public StoredProfile House { get; } = Profiles.Of("house", null, "fake");

    public InProcessTransport Transport { get; }

    public UsageLimiter Limiter => services.GetRequiredService<UsageLimiter>();

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public Task<TOutput> RunAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, Credential? credential = null, RunOptions? options = null, CancellationToken? ct = null) =>
        Transport.RunAsync(workflow, input, Given(credential), options, ct ?? Ct);

    public Task<TOutput> RunAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, MemoryCheckpoint? checkpoint, EventLog? events, Credential? credential = null, CancellationToken? ct = null) =>
        Transport.RunAsync(workflow, input, Given(credential), null, checkpoint, events, ct ?? Ct);

    public IAsyncEnumerable<WorkflowEvent> StreamAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, Credential? credential = null, RunOptions? options = null, CancellationToken? ct = null) =>
        Transport.StreamAsync(workflow, input, Given(credential), options, ct ?? Ct);

    public Task<RunHandle<TOutput>> StartAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, Credential? credential = null, RunOptions? options = null, CancellationToken? ct = null) =>
        Transport.StartAsync(workflow, input, Given(credential), options, ct ?? Ct);

    public Task<CredentialExplanation> ExplainAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, Credential? credential = null) =>
        Transport.ExplainAsync(workflow, input, Given(credential), null, Ct);

    /// <summary>Runs a workflow that must fail.</summary>
    public async Task<WorkflowRunException> FailureAsync<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, Credential? credential = null, RunOptions? options = null) =>
        await Assert.ThrowsAsync<WorkflowRunException>(() => RunAsync(workflow, input, credential, options));

    public ValueTask DisposeAsync() => services.DisposeAsync();

    private static RunCredentials Given(Credential? credential) => credential is { } given ? RunCredentials.For(given) : RunCredentials.None;
}
