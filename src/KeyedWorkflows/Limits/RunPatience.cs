namespace KeyedWorkflows;

/// <summary>How long a run may wait for its turn, all of its waits together (<see cref="RunOptions.MaxWait"/>). Safe for use from several threads.</summary>
internal sealed class RunPatience(TimeSpan? most)
{
    private long rest = most?.Ticks ?? 0;

    public static RunPatience None { get; } = new(null);

    public TimeSpan Rest => TimeSpan.FromTicks(Volatile.Read(ref rest));

    /// <summary>Takes what was waited, as far as there is so much.</summary>
    public void Take(TimeSpan waited)
    {
        while (!TryTake(waited))
        {
            if (Rest is var rest && rest <= waited && TryTake(rest))
                return;
        }
    }

    /// <summary>Gives back what was taken and not waited.</summary>
    public void GiveBack(TimeSpan unused) => Interlocked.Add(ref rest, unused.Ticks);

    /// <summary>Takes a wait.</summary>
    /// <returns>Whether there is so much left; else nothing is taken.</returns>
    public bool TryTake(TimeSpan wait)
    {
        while (true)
        {
            var present = Volatile.Read(ref rest);
            if (present < wait.Ticks)
                return false;
            if (Interlocked.CompareExchange(ref rest, present - wait.Ticks, present) == present)
                return true;
        }
    }
}
