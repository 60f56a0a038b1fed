using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Security;

/// <summary>The store's idempotency keys, with a count of who asks for what, and a store that may fall silent for those who hold one.</summary>
internal sealed class WatchedKeys(IIdempotencyKeys inner) : IIdempotencyKeys, IDisposable
{
    /// <summary>Whether the store does not answer who holds a key.</summary>
    public volatile bool IsSilent;

    /// <summary>Whether it does not answer who gives one back.</summary>
    public volatile bool TakesNothingBack;

    /// <summary>What happens once somebody has claimed a key, before they know.</summary>
    public Action OnClaimed { get; set; } = static () => { };

    private readonly SemaphoreSlim claimed = new(0);
    private readonly SemaphoreSlim held = new(0);
    private readonly SemaphoreSlim looked = new(0);

    /// <summary>Waits until somebody has asked for a key, and knows whose it is.</summary>
    public Task ClaimedAsync(CancellationToken cancellationToken) => ComeAsync(claimed, "Nobody asked for a key.", cancellationToken);

    /// <summary>Waits until a key was held for longer, or was to be.</summary>
    public Task HeldAsync(CancellationToken cancellationToken) => ComeAsync(held, "Nobody held a key for longer.", cancellationToken);

    /// <summary>Waits until somebody looked whether another's key is free.</summary>
    public Task LookedAsync(CancellationToken cancellationToken) => ComeAsync(looked, "Nobody looked whether another's key is free.", cancellationToken);

    public static void AddTo(IServiceCollection services) => services.AddSingleton<IIdempotencyKeys>(static all => new WatchedKeys(new IdempotencyKeys(
        all.GetRequiredService<HistoryWriter>(), all.GetRequiredService<HostStorage>().HostKeys[HostKeys.Idempotency], all.GetService<TimeProvider>() ?? TimeProvider.System)));

    public static WatchedKeys Of(ServerScene scene) => (WatchedKeys)scene.Services.GetRequiredService<IIdempotencyKeys>();

    public async Task<IdempotencyClaim> ClaimAsync(IdempotencyScope scope, ReadOnlyMemory<byte> request, string runId, TimeSpan hold, TimeSpan wait, CancellationToken cancellationToken) =>
        Then(await inner.ClaimAsync(scope, request, runId, hold, wait, cancellationToken));

    public async Task<bool> HoldAsync(IdempotencyScope scope, string runId, TimeSpan hold, CancellationToken cancellationToken)
    {
        try
        {
            ThrowIf(IsSilent);
            return await inner.HoldAsync(scope, runId, hold, cancellationToken);
        }
        finally
        {
            held.Release();
        }
    }

    public async Task ReleaseAsync(IdempotencyScope scope, string runId, CancellationToken cancellationToken)
    {
        ThrowIf(TakesNothingBack);
        await inner.ReleaseAsync(scope, runId, cancellationToken);
    }

    public async Task ReleaseAbandonedAsync(IdempotencyScope scope, string runId, TimeSpan hold, CancellationToken cancellationToken)
    {
        await inner.ReleaseAbandonedAsync(scope, runId, hold, cancellationToken);
        looked.Release();
    }

    public void Dispose()
    {
        claimed.Dispose();
        held.Dispose();
        looked.Dispose();
    }

    private IdempotencyClaim Then(IdempotencyClaim claim)
    {
        if (claim.IsNew)
            OnClaimed();
        claimed.Release();
        return claim;
    }

    private static void ThrowIf(bool isSilent)
    {
        if (isSilent)
            throw new WorkflowRunException(WorkflowErrorCodes.StoreUnavailable, "The store does not answer.");
    }

    /// <summary>What does not come fails, and hangs nobody.</summary>
    private static async Task ComeAsync(SemaphoreSlim signal, string failure, CancellationToken cancellationToken) =>
        Assert.True(await signal.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken), failure);
}
