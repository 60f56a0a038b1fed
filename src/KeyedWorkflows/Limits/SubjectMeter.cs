namespace KeyedWorkflows;

/// <summary>What one profile or token uses: of the last minute, of the day, of the month. Limits are given with each question: a change of them holds at once, and forgets nothing.</summary>
internal sealed class SubjectMeter(LimitSubject subject, long ticks)
{
    /// <summary>How long a period is kept after its end.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private readonly UsageWindow requests = new();
    private readonly UsageWindow tokens = new();
    private long lastUsed = ticks;
    private BudgetMeter[] days = [];
    private BudgetMeter[] months = [];

    public LimitSubject Subject => subject;

    /// <summary>Held while a call is admitted or settled.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The meter of the period of a budget that holds a moment. A call that ended just before midnight is counted when the next day has begun: the day before is still there, and there is one of each.</summary>
    public BudgetMeter MeterOf(BudgetPeriod period, Budget budget, LimitPeriods periods, DateTimeOffset at)
    {
        ref var meters = ref period == BudgetPeriod.Day ? ref days : ref months;
        if (Find(Volatile.Read(ref meters), budget, at) is { } present)
            return present;
        lock (Gate)
        {
            if (Find(meters, budget, at) is { } made)
                return made;
            var (start, end) = periods.Of(period, at);
            made = new BudgetMeter(new(subject, period, start, budget.Currency), end);
            Volatile.Write(ref meters, [made, .. meters.Where(one => one.End > at - Kept)]);
            return made;
        }
    }

    /// <summary>What stands in the way of a call within the last minute; null where nothing does. The gate is held.</summary>
    public LimitRefusal? FirstRefusal(UsageLimits limits, string whose, long cost, long ticks)
    {
        if (limits.RequestsPerMinute is { } most && requests.SumAt(ticks) >= most)
            return LimitRefusal.Requests(whose, most, AtLeastSome(requests.TimeUntilFits(ticks, 1, most)));
        if (limits.TokensPerMinute is not { } limit)
            return null;

        // What may use more than a whole minute's tokens takes a minute of its own: it would never fit.
        var held = Math.Min(cost, limit);
        return tokens.SumAt(ticks) + held > limit ? LimitRefusal.Tokens(whose, limit, AtLeastSome(tokens.TimeUntilFits(ticks, held, limit))) : null;
    }

    /// <summary>Counts a call that is made. The gate is held.</summary>
    /// <returns>In which part of the minute.</returns>
    public long Take(long cost, long ticks)
    {
        Volatile.Write(ref lastUsed, ticks);
        requests.Add(ticks, 1);
        return tokens.Add(ticks, cost);
    }

    /// <summary>Corrects what a call holds back of the minute's tokens.</summary>
    public void Correct(long ticks, long part, long difference, bool isMade)
    {
        lock (Gate)
        {
            tokens.Correct(ticks, part, difference);
            if (!isMade)
                requests.Correct(ticks, part, -1);
        }
    }

    /// <summary>Whether another counts for the same one from here on, if ever somebody asks again. With the gate held, it stays as it is.</summary>
    public bool IsRetired { get; private set; }

    /// <summary>Retires it, where nothing is held back, and nothing was asked since a time.</summary>
    public bool TryRetire(long since)
    {
        lock (Gate)
            return IsRetired = Volatile.Read(ref lastUsed) < since && !days.Concat(months).Any(static meter => meter.IsHeld);
    }

    private static BudgetMeter? Find(BudgetMeter[] meters, Budget budget, DateTimeOffset at)
    {
        foreach (var meter in meters)
        {
            if (at >= meter.Key.Start && at < meter.End && meter.Key.Currency == budget.Currency)
                return meter;
        }
        return null;
    }

    private static TimeSpan AtLeastSome(TimeSpan wait) => wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(100);
}
