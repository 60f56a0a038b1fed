namespace KeyedWorkflows;

/// <summary>One period of one budget.</summary>
/// <param name="Subject">Whose it is.</param>
/// <param name="Period">How long it lasts.</param>
/// <param name="Start">When it began.</param>
/// <param name="Currency">The currency of its money.</param>
internal readonly record struct BudgetKey(LimitSubject Subject, BudgetPeriod Period, DateTimeOffset Start, string Currency);
