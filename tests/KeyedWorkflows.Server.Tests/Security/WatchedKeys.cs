using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Security;

/// <summary>The store's idempotency keys, with a count of who asks for what, and a store that may fall silent for those who hold one.</summary>
internal sealed class WatchedKeys(IIdempotencyKeys inner) : IIdempotencyKeys
{
    /// <summary>Whether the store does not answer who holds a key.</summary>
    public volatile bool IsSilent;

    /// <summary>One for each time that a key was held for longer, or was to be.</summary>
    public SemaphoreSlim Held { get; } = new(0);

    /// <summary>One for each time that somebody looked whether another's key is free.</summary>
    public SemaphoreSlim Looked { get; } = new(0);

    public static void AddTo(IServiceCollection services) => services.AddSingleton<IIdempotencyKeys>(static all => new WatchedKeys(new IdempotencyKeys(
        all.GetRequiredService<HistoryWriter>(), all.GetRequiredService<HostStorage>().HostKeys[HostKeys.Idempotency], all.GetService<TimeProvider>() ?? TimeProvider.System)));

    public static WatchedKeys Of(ServerScene scene) => (WatchedKeys)scene.Services.GetRequiredService<IIdempotencyKeys>();

    public Task<IdempotencyClaim> ClaimAsync(IdempotencyScope scope, ReadOnlyMemory<byte> request, string runId, TimeSpan hold, TimeSpan wait, CancellationToken cancellationToken) =>
        inner.ClaimAsync(scope, request, runId, hold, wait, cancellationToken);

    public async Task<bool> HoldAsync(IdempotencyScope scope, string runId, TimeSpan hold, CancellationToken cancellationToken)
    {
        try
        {
            return IsSilent ? throw new WorkflowRunException(WorkflowErrorCodes.StoreUnavailable, "The store does not answer.") : await inner.HoldAsync(scope, runId, hold, cancellationToken);
        }
        finally
        {
            Held.Release();
        }
    }

    public Task ReleaseAsync(IdempotencyScope scope, string runId, CancellationToken cancellationToken) => inner.ReleaseAsync(scope, runId, cancellationToken);

    public async Task ReleaseAbandonedAsync(IdempotencyScope scope, string runId, TimeSpan hold, CancellationToken cancellationToken)
    {
        await inner.ReleaseAbandonedAsync(scope, runId, hold, cancellationToken);
        Looked.Release();
    }
}
