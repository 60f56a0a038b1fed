namespace KeyedWorkflows.Server.Tests.Scene;

/// <summary>The system's time, but that whoever waits for half a minute or longer waits a hundredth of it. Models have the time that they have.</summary>
internal sealed class HurriedTime : TimeProvider
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan OfModels = TimeSpan.FromMinutes(5);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime >= Long && dueTime < OfModels ? dueTime / 100 : dueTime, period);
}
