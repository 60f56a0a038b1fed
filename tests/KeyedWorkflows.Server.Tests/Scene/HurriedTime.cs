namespace KeyedWorkflows.Server.Tests.Scene;

/// <summary>The system's time, but that whoever waits for half a minute or longer waits a hundredth of it.</summary>
internal sealed class HurriedTime : TimeProvider
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime >= Long ? dueTime / 100 : dueTime, period);
}
