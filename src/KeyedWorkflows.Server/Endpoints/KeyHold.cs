using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>An idempotency key as the request holds it that claimed it, until its run has begun. Where this process dies meanwhile the key is free soon, however long the run was to wait for its turn.</summary>
internal sealed class KeyHold(IIdempotencyKeys keys, IdempotencyScope scope, string runId, TimeProvider time)
{
    /// <summary>How often it is said again that it is held, and how long the store may take to hear it.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>How long a request may take from claiming its key to the beginning of its run, besides what it may wait for its turn. Past it the run is not begun.</summary>
    private static readonly TimeSpan TimeToPrepare = IncomingFiles.TimeForFetching + Interval;

    /// <summary>For how long it is held: for longer than its run can go on towards its beginning while the store does not hear of it.</summary>
    private static readonly TimeSpan Hold = IncomingFiles.TimeForFetching + (3 * Interval);

    public Task<IdempotencyClaim> ClaimAsync(ReadOnlyMemory<byte> request, TimeSpan wait, CancellationToken cancellationToken) => keys.ClaimAsync(scope, request, runId, Hold, wait, cancellationToken);

    public Task ReleaseAsync() => keys.ReleaseAsync(scope, runId, CancellationToken.None);

    /// <summary>
    /// Holds the key until the run has begun, or was refused. One that takes too long to choose its payer, or whose key is held no more, is stopped before it begins: another node may take the key for free after that, and would pay again.
    /// </summary>
    public async Task UntilStartedAsync(LiveRun live, TimeSpan wait)
    {
        for (var left = TimeToPrepare + wait; left > TimeSpan.Zero; left -= Interval)
        {
            try
            {
                await live.Started.WaitAsync(left < Interval ? left : Interval, time).ConfigureAwait(false);
                return;
            }
            catch (TimeoutException)
            {
                if (left <= Interval || !await IsHeldAsync().ConfigureAwait(false))
                    break;
            }
        }
        live.Stop(StopReason.Caller);
    }

    private async Task<bool> IsHeldAsync()
    {
        try
        {
            return await keys.HoldAsync(scope, runId, Hold, CancellationToken.None).WaitAsync(Interval, time).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Whatever it was: nobody knows whose the key is.
            return false;
        }
    }
}
