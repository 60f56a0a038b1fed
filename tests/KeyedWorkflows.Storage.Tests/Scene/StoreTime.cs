using Microsoft.Extensions.Time.Testing;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>A clock that a test moves. Where runs set their own timers at the same time, a clock that is moved may leave it to one of their threads to call back: here the store has listened when <see cref="Listen"/> returns.</summary>
internal sealed class StoreTime : FakeTimeProvider
{
    private Action? listen;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period == StoreWatch.Interval)
            listen += () => callback(state);
        return base.CreateTimer(callback, state, dueTime, period);
    }

    public void Listen()
    {
        Advance(StoreWatch.Interval);
        Hear();
    }

    /// <summary>Sets the clock on, and lets nothing happen meanwhile: in a day the store would listen a third of a million times.</summary>
    public void Skip(TimeSpan time) => AdjustTime(GetUtcNow() + time);

    /// <summary>Lets the store listen, and no time pass.</summary>
    public void Hear() => listen?.Invoke();
}
