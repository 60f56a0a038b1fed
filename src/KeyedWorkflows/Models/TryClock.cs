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
    private readonly Lock gate = new();
    private int pauses;
    private bool stopped;

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

    public void Restart() => Set(isStopped: false, 0);

    public void Stop() => Set(isStopped: true, 0);

    /// <summary>While a request beneath a layer waits for its turn: nothing is asked of the provider then. Of several that do, the last one has the clock go on, unless it was stopped besides.</summary>
    public void Pause() => Set(null, 1);

    public void Resume() => Set(null, -1);

    public void Dispose()
    {
        ofStep.Dispose();
        ofCall.Dispose();
        source.Dispose();
    }

    /// <summary>In one step: of two requests, one that goes on must not start the clock of another that begins to wait.</summary>
    private void Set(bool? isStopped, int pause)
    {
        lock (gate)
        {
            var wasPaused = pauses > 0;
            pauses += pause;
            stopped = isStopped ?? stopped;

            // What more requests wait changes nothing.
            if (isStopped is null && wasPaused == pauses > 0)
                return;
            try
            {
                source.CancelAfter(stopped || pauses > 0 ? Timeout.InfiniteTimeSpan : limit);
            }
            catch (ObjectDisposedException)
            {
                // A layer may leave a request behind when the try has ended: there is nobody left to be told.
            }
        }
    }

    private CancellationTokenRegistration Follow(CancellationToken token) => token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source);
}
