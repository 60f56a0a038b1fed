using Microsoft.Extensions.Time.Testing;

namespace KeyedWorkflows.Client.Tests.Scene;

/// <summary>A clock that goes on to the end of each pause between two tries, so that pauses take no time and count all the same.</summary>
internal sealed class HastyTime : FakeTimeProvider
{
    /// <summary>What waits longer is patience, and no pause.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime <= LongestPause)
            _ = Task.Run(() => Advance(dueTime));
        return timer;
    }
}
