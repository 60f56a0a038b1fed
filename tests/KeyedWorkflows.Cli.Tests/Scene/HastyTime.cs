namespace KeyedWorkflows.Cli.Tests.Scene;

/// <summary>A clock whose waits are over at once.</summary>
internal sealed class HastyTime : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(callback, state, dueTime / 1_000, period);
}
