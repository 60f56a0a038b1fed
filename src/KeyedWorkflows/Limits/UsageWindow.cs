namespace KeyedWorkflows;

/// <summary>
/// What was used in the last minute, in twelve parts. The limiters of System.Threading.RateLimiting take back nothing: here what a call held back is corrected when it is known what it used. Not safe for use from several threads.
/// </summary>
internal sealed class UsageWindow
{
    private const int Parts = 12;
    private const long TicksOfPart = TimeSpan.TicksPerMinute / Parts;

    private readonly long[] amounts = new long[Parts];
    private long newest;
    private long sum;

    /// <summary>What was used in the minute before a moment.</summary>
    public long SumAt(long ticks)
    {
        Advance(ticks);
        return sum;
    }

    /// <summary>Counts an amount.</summary>
    /// <returns>In which part: for <see cref="Correct"/>.</returns>
    public long Add(long ticks, long amount)
    {
        Advance(ticks);
        amounts[newest % Parts] += amount;
        sum += amount;
        return newest;
    }

    /// <summary>Changes what was counted before, as far as it is still in the window.</summary>
    public void Correct(long ticks, long part, long difference)
    {
        Advance(ticks);
        if (newest - part >= Parts)
            return;
        amounts[part % Parts] += difference;
        sum += difference;
    }

    /// <summary>How long it takes until an amount fits beneath a limit, if nothing else comes.</summary>
    public TimeSpan TimeUntilFits(long ticks, long amount, long limit)
    {
        Advance(ticks);
        var left = sum;
        for (var part = newest - Parts + 1; part <= newest; part++)
        {
            if (left + amount <= limit)
                return TimeSpan.FromTicks(Math.Max(0, ((part - 1 + Parts) * TicksOfPart) - ticks));
            if (part >= 0)
                left -= amounts[part % Parts];
        }
        return TimeSpan.FromTicks(Math.Max(0, ((newest + Parts) * TicksOfPart) - ticks));
    }

    private void Advance(long ticks)
    {
        // A clock that was set back goes on where it was.
        var present = ticks / TicksOfPart;
        if (present <= newest)
            return;
        if (present - newest >= Parts)
        {
            Array.Clear(amounts);
            sum = 0;
        }
        else
        {
            for (var part = newest + 1; part <= present; part++)
            {
                sum -= amounts[part % Parts];
                amounts[part % Parts] = 0;
            }
        }
        newest = present;
    }
}
