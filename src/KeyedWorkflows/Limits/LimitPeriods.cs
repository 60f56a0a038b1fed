namespace KeyedWorkflows;

/// <summary>When days and months begin, in the time zone of the host's budgets. Where clocks skip midnight a day begins at the first moment that there is; where they pass it twice, at the first.</summary>
internal sealed class LimitPeriods(TimeZoneInfo zone)
{
    /// <summary>The period that holds a moment.</summary>
    public (DateTimeOffset Start, DateTimeOffset End) Of(BudgetPeriod period, DateTimeOffset at)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
        var first = period == BudgetPeriod.Day ? today : new DateOnly(today.Year, today.Month, 1);
        return (StartOf(first), StartOf(period == BudgetPeriod.Day ? first.AddDays(1) : first.AddMonths(1)));
    }

    /// <summary>When a day begins: where clocks skip midnight, at the first moment that there is; where they pass it twice, at the first.</summary>
    public DateTimeOffset StartOf(DateOnly day)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(15);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local.Ticks - offset.Ticks, TimeSpan.Zero);
    }
}
