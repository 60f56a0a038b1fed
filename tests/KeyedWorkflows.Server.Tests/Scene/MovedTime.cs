namespace KeyedWorkflows.Server.Tests.Scene;

/// <summary>The system's time, of a machine whose clock may be wrong, and which a test lets pass. Whoever waits for half a minute waits less, as under <see cref="HurriedTime"/>.</summary>
internal sealed class MovedTime : TimeProvider
{
    private readonly HurriedTime hurried = new();
    private long passed;

    /// <summary>By how much its clock is wrong.</summary>
    public TimeSpan Ahead { get; init; }

    /// <summary>Lets time pass, for whoever looks how late it is.</summary>
    public void Pass(TimeSpan time) => Interlocked.Add(ref passed, time.Ticks);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Interlocked.Read(ref passed);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead + TimeSpan.FromTicks(Interlocked.Read(ref passed));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => hurried.CreateTimer(callback, state, dueTime, period);
}
