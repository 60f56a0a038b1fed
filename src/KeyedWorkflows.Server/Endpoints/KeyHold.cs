using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>
/// An idempotency key as the request holds it that claimed it, until its run has begun. Where this process dies meanwhile the key is free soon, however long the run was to wait for its turn. Where it stands still for so long, the key may
/// be another's when it goes on: a run begins only when the store has just said that the key is its own. Safe for use from several threads.
/// </summary>
internal sealed class KeyHold(IIdempotencyKeys keys, IdempotencyScope scope, string runId, TimeProvider time)
{
    /// <summary>How often it is said again that it is held, and how long the store may take to hear it.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>How soon it is said again where the store did not answer.</summary>
    private static readonly TimeSpan PauseAfterSilence = TimeSpan.FromSeconds(3);

    /// <summary>How long a request may take from claiming its key to the beginning of its run, besides what it may wait for its turn. Past it the run is not begun.</summary>
    private static readonly TimeSpan TimeToPrepare = IncomingFiles.TimeForFetching + Interval;

    /// <summary>For how long it is held: for longer than its run can go on towards its beginning while the store does not hear of it.</summary>
    private static readonly TimeSpan Hold = IncomingFiles.TimeForFetching + (3 * Interval);

    /// <summary>For how long it is gone by what the store said, where it does not answer: another node frees the key no sooner than a whole hold after that.</summary>
    private static readonly TimeSpan Trust = Hold - TimeSpan.FromSeconds(10);

    /// <summary>How old that may be where a run begins without having waited: a question to the store for each run would cost as much as its claim did.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private Moment confirmed = new(0, default);
    private ApiError? refusal;
    private volatile bool isLost;

    /// <summary>Whether another took the key for free: the run has done nothing, and will not.</summary>
    public bool IsLost => isLost;

    /// <summary>Why the run was not begun, where that is for its key's sake and the key is not another's.</summary>
    public ApiError? Refusal => Volatile.Read(ref refusal);

    public async Task<IdempotencyClaim> ClaimAsync(ReadOnlyMemory<byte> request, TimeSpan wait, CancellationToken cancellationToken)
    {
        var asked = Now();
        var claim = await keys.ClaimAsync(scope, request, runId, Hold, wait, cancellationToken).ConfigureAwait(false);
        if (claim.IsNew)
            Volatile.Write(ref confirmed, asked);
        return claim;
    }

    public Task ReleaseAsync() => keys.ReleaseAsync(scope, runId, CancellationToken.None);

    /// <summary>Frees the key where the run that has it is nobody's any more.</summary>
    public Task ReleaseAbandonedAsync(string holder, CancellationToken cancellationToken) => keys.ReleaseAbandonedAsync(scope, holder, Hold, cancellationToken);

    /// <summary>
    /// Holds the key until the run has begun, or was refused. One that takes too long to choose its payer, or whose key is held no more, is stopped before it begins: another node may take the key for free after that, and would pay again.
    /// </summary>
    public async Task UntilStartedAsync(LiveRun live, TimeSpan wait)
    {
        var (left, pause) = (TimeToPrepare + wait, Interval);
        while (true)
        {
            try
            {
                await live.Started.WaitAsync(left < pause ? left : pause, time).ConfigureAwait(false);
                return;
            }
            catch (TimeoutException)
            {
                left -= pause;
                if (left <= TimeSpan.Zero)
                    Refuse(ApiError.NotPreparedInTime);
                else if (await TryHoldAsync(CancellationToken.None).ConfigureAwait(false))
                    pause = Interval;
                else if (!IsLost && IsInDoubt)
                    Refuse(ApiError.KeyInDoubt);
                else
                    pause = PauseAfterSilence;
            }
            if (IsLost || Refusal is not null)
            {
                live.Stop(StopReason.Caller);
                return;
            }
        }
    }

    /// <summary>Makes sure that the key is still its run's, as the last thing before that begins: it may have waited for hours, or this process may have stood still.</summary>
    /// <param name="hasWaited">Whether the run had to wait for its turn.</param>
    /// <param name="cancellationToken">The run's token.</param>
    /// <exception cref="WorkflowRunException">It is not, or nobody knows.</exception>
    public async Task ConfirmAsync(bool hasWaited, CancellationToken cancellationToken)
    {
        if (!hasWaited && IsFresh)
            return;
        if (await IsHeldAsync(cancellationToken).ConfigureAwait(false))
            return;
        Refuse(ApiError.KeyInDoubt);
        throw new WorkflowRunException(WorkflowErrorCodes.StoreUnavailable, ApiError.KeyInDoubt.Message);
    }

    /// <summary>The same once the store has the run's beginning, before it pays for anything. From here on nobody takes the key for free.</summary>
    /// <param name="cancellationToken">The run's token.</param>
    /// <exception cref="WorkflowRunException">It is not, or nobody knows.</exception>
    public async Task ConfirmBegunAsync(CancellationToken cancellationToken)
    {
        if (!IsFresh && !await IsHeldAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new WorkflowRunException(
                WorkflowErrorCodes.StoreUnavailable, "The host's store did not answer for so long that the Idempotency-Key may be another request's by now. The run did nothing. Send the request again under the same Idempotency-Key; only where it is answered with this run, send it under another.");
        }
    }

    private bool IsFresh => AgeOf(Volatile.Read(ref confirmed)) < Fresh;

    /// <summary>Asks the store until it says that the key is held, for as long as nobody else can have it.</summary>
    /// <exception cref="WorkflowRunException">It is another's.</exception>
    private async Task<bool> IsHeldAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var isHeld = await TryHoldAsync(cancellationToken).ConfigureAwait(false);
            if (isHeld && AgeOf(Volatile.Read(ref confirmed)) < Interval)
                return true;
            if (IsLost)
                throw new WorkflowRunException(WorkflowErrorCodes.Stopped, "The run's idempotency key is another run's by now. This one has done nothing, and is not gone on with.");

            // A yes from before this process stood still says nothing any more.
            if (isHeld)
                continue;
            if (IsInDoubt)
                return false;
            await Task.Delay(PauseAfterSilence, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Says to the store that the key is held.</summary>
    /// <returns>Whether the store said that it is. Where it is another's, <see cref="IsLost"/> is set; else the store did not answer, and the last that it said holds for a while.</returns>
    private async Task<bool> TryHoldAsync(CancellationToken cancellationToken)
    {
        var asked = Now();
        try
        {
            var isHeld = await keys.HoldAsync(scope, runId, Hold, CancellationToken.None).WaitAsync(Interval, time, cancellationToken).ConfigureAwait(false);
            if (isHeld)
                Volatile.Write(ref confirmed, asked);
            else
                isLost = true;
            return isHeld;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it was: it says nothing of whose the key is.
            return false;
        }
    }

    /// <summary>Whether the store's last word is so old that another may have the key.</summary>
    private bool IsInDoubt => AgeOf(Volatile.Read(ref confirmed)) > Trust;

    private void Refuse(ApiError error) => Interlocked.CompareExchange(ref refusal, error, null);

    private Moment Now() => new(time.GetTimestamp(), time.GetUtcNow());

    /// <summary>By both clocks, and the one that says more: a machine that stood still may tell of it by the one, and one whose time was set back by the other.</summary>
    private TimeSpan AgeOf(Moment moment)
    {
        var (run, wall) = (time.GetElapsedTime(moment.Timestamp), time.GetUtcNow() - moment.At);
        return run > wall ? run : wall;
    }

    private sealed record Moment(long Timestamp, DateTimeOffset At);
}
