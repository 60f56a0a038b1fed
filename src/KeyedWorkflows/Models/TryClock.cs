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

    public void Restart() => source.CancelAfter(limit);

    public void Stop() => source.CancelAfter(Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        ofStep.Dispose();
        ofCall.Dispose();
        source.Dispose();
    }

    private CancellationTokenRegistration Follow(CancellationToken token) => token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source);
}
