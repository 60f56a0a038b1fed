namespace KeyedWorkflows;

/// <summary>The time of one try. For a stream it is stopped while the step works on a piece, and started anew for the next.</summary>
internal sealed class TryClock : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly CancellationTokenRegistration registration;
    private readonly CancellationToken token;
    private readonly TimeSpan limit;

    public TryClock(ModelCallPolicy policy, CancellationToken token)
    {
        this.token = token;
        limit = policy.TryTimeout;
        source = new CancellationTokenSource(limit, policy.Time);
        registration = token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source);
    }

    public CancellationToken Token => source.Token;

    public bool IsUp => source.IsCancellationRequested && !token.IsCancellationRequested;

    public void Restart() => source.CancelAfter(limit);

    public void Stop() => source.CancelAfter(Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        registration.Dispose();
        source.Dispose();
    }
}
