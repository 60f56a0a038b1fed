namespace KeyedWorkflows;

/// <summary>
/// The time of one try, which ends with the step and with the call's own token too. It listens to both by itself, since the clock of a stream outlives the call that opened it.
/// For a stream it is stopped while the step works on a piece, and started anew for the next.
/// </summary>
internal sealed class TryClock : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly CancellationTokenRegistration ofStep;
    private readonly CancellationTokenRegistration ofCall;
    private readonly CancellationToken step;
    private readonly CancellationToken call;
    private readonly TimeSpan limit;
    private int pauses;

    public TryClock(ModelCallPolicy policy, CancellationToken step, CancellationToken call)
    {
        this.step = step;
        this.call = call;
        limit = policy.TryTimeout;
        source = new CancellationTokenSource(limit, policy.Time);
        ofStep = Follow(step);
        ofCall = call == step ? default : Follow(call);
    }

    public CancellationToken Token => source.Token;

    public bool IsUp => source.IsCancellationRequested && !step.IsCancellationRequested && !call.IsCancellationRequested;

    public void Restart() => Set(limit);

    public void Stop() => Set(Timeout.InfiniteTimeSpan);

    /// <summary>While a request beneath a layer waits for its turn: nothing is asked of the provider then. Of several that do, the last one has the clock go on.</summary>
    public void Pause()
    {
        if (Interlocked.Increment(ref pauses) == 1)
            Stop();
    }

    public void Resume()
    {
        if (Interlocked.Decrement(ref pauses) == 0)
            Restart();
    }

    public void Dispose()
    {
        ofStep.Dispose();
        ofCall.Dispose();
        source.Dispose();
    }

    /// <summary>A layer may leave a request behind when the try has ended.</summary>
    private void Set(TimeSpan time)
    {
        try
        {
            source.CancelAfter(time);
        }
        catch (ObjectDisposedException)
        {
            // There is nobody left to be told.
        }
    }

    private CancellationTokenRegistration Follow(CancellationToken token) => token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source);
}
