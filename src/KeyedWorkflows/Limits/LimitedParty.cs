namespace KeyedWorkflows;

/// <summary>One of those whose limits hold for a call: who pays, or who calls.</summary>
/// <param name="Meter">What it uses.</param>
/// <param name="Limits">What it may use.</param>
/// <param name="BudgetMark">The mark of its budgets.</param>
/// <param name="Name">Its name.</param>
/// <param name="Tenant">Whose it is.</param>
internal sealed record LimitedParty(SubjectMeter Meter, UsageLimits Limits, string? BudgetMark, string Name, string? Tenant)
{
    /// <summary>What callers are told of it: a token is the caller's own, a profile is known by its name.</summary>
    // Made once: each call asks for it, and none but those that are refused show it.
    public string Whose { get; } = Meter.Subject.Kind == LimitSubjectKind.Profile ? $"profile '{Name}'" : "this token";

    public IEnumerable<(BudgetPeriod Period, Budget Budget)> Budgets
    {
        get
        {
            if (Limits.Day is { } day)
                yield return (BudgetPeriod.Day, day);
            if (Limits.Month is { } month)
                yield return (BudgetPeriod.Month, month);
        }
    }
}
