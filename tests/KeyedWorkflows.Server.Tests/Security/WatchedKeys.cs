using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Security;

/// <summary>The store's idempotency keys, with a count of who asks for what, and a store that may fall silent for those who hold one.</summary>
internal sealed class WatchedKeys(IIdempotencyKeys inner) : IIdempotencyKeys, IDisposable
{
    /// <summary>Whether the store does not answer who holds a key.</summary>
    public volatile bool IsSilent;

    private readonly SemaphoreSlim held = new(0);
    private readonly SemaphoreSlim looked = new(0);

    /// <summary>Waits until a key was held for longer, or was to be.</summary>
    public Task HeldAsync(CancellationToken cancellationToken) => ComeAsync(held, "Nobody held a key for longer.", cancellationToken);

    /// <summary>Waits until somebody looked whether another's key is free.</summary>
    public Task LookedAsync(CancellationToken cancellationToken) => ComeAsync(looked, "Nobody looked whether another's key is free.", cancellationToken);

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
            held.Release();
        }
    }

    public Task ReleaseAsync(IdempotencyScope scope, string runId, CancellationToken cancellationToken) => inner.ReleaseAsync(scope, runId, cancellationToken);

    public async Task ReleaseAbandonedAsync(IdempotencyScope scope, string runId, TimeSpan hold, CancellationToken cancellationToken)
    {
        await inner.ReleaseAbandonedAsync(scope, runId, hold, cancellationToken);
        looked.Release();
    }

    public void Dispose()
    {
        held.Dispose();
        looked.Dispose();
    }

    /// <summary>What does not come fails, and hangs nobody.</summary>
    private static async Task ComeAsync(SemaphoreSlim signal, string failure, CancellationToken cancellationToken) =>
        Assert.True(await signal.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken), failure);
}
