namespace KeyedWorkflows;

/// <summary>The time of one try. For a stream it is stopped while the step works on a piece, and started anew for the next.</summary>
internal sealed class TryClock : IDisposable
{
    private readonly CancellationTokenSource time;
    private readonly CancellationTokenSource all;
    private readonly TimeSpan limit;

    public TryClock(ModelCallPolicy policy, CancellationToken token)
    {
        limit = policy.TryTimeout;
        time = new CancellationTokenSource(limit, policy.Time);
        all = CancellationTokenSource.CreateLinkedTokenSource(token, time.Token);
    }

    public CancellationToken Token => all.Token;

    public bool IsUp => time.IsCancellationRequested;

    public void Restart() => time.CancelAfter(limit);

    public void Stop() => time.CancelAfter(Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        all.Dispose();
        time.Dispose();
    }
}
