namespace KeyedWorkflows.Storage.Tests;

/// <summary>The two clocks of a machine, each by itself: the one that somebody sets, and the one that runs.</summary>
internal sealed class SetTime : TimeProvider
{
    /// <summary>What the clock on the wall says.</summary>
    public DateTimeOffset Wall { get; set; } = new(2026, 12, 5, 12, 0, 0, TimeSpan.Zero);

    /// <summary>How long the machine has run.</summary>
    public TimeSpan Run { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Run.Ticks;

    public override DateTimeOffset GetUtcNow() => Wall;
}
