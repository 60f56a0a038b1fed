namespace KeyedWorkflows.Runtime;

/// <summary>
/// The run's own cancellation, where it has one: a ceiling of time, or a handle or enumeration that can stop it. Says afterwards why the token was cancelled: the first cause in time.
/// </summary>
internal sealed class RunControl : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly ITimer? timer;
    private int cause;

    public RunControl(TimeSpan? limit, TimeProvider time, CancellationToken caller)
    {
        source = CancellationTokenSource.CreateLinkedTokenSource(caller);
        Token = source.Token;
        if (limit is { } duration)
        {
            Deadline = Later(time.GetUtcNow(), duration);
            if (duration < MaxTimer)
                timer = time.CreateTimer(static control => ((RunControl)control!).Cancel(Cause.TimeLimit), this, duration > TimeSpan.Zero ? duration : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private enum Cause
    {
        None,
        TimeLimit,
        Stopped,
    }

    // The longest time that a timer takes is about 49 days: a run with a later end has no timer.
    private static TimeSpan MaxTimer => TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    public CancellationToken Token { get; }

    public DateTimeOffset? Deadline { get; }

    public bool TimeIsUp => Volatile.Read(ref cause) == (int)Cause.TimeLimit;

    public bool IsStopped => Volatile.Read(ref cause) == (int)Cause.Stopped;

    public void Stop() => Cancel(Cause.Stopped);

    public void Dispose()
    {
        timer?.Dispose();
        source.Dispose();
    }

    private void Cancel(Cause why)
    {
        if (source.IsCancellationRequested)
            return;
        Interlocked.CompareExchange(ref cause, (int)why, (int)Cause.None);
        source.CancelQuietly();
    }

    private static DateTimeOffset Later(DateTimeOffset now, TimeSpan duration) => duration < DateTimeOffset.MaxValue - now ? now + duration : DateTimeOffset.MaxValue;
}
