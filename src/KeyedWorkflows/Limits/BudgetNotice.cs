namespace KeyedWorkflows;

/// <summary>That a part of a budget is used.</summary>
/// <param name="Key">Of which period.</param>
/// <param name="Name">The name of the profile or token.</param>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Percent">50, 80 or 100.</param>
/// <param name="Budget">The budget.</param>
/// <param name="Spent">What was used, as far as it is known.</param>
/// <param name="End">When the period ends.</param>
internal sealed record BudgetNotice(BudgetKey Key, string Name, string? Tenant, int Percent, Budget Budget, BudgetSums Spent, DateTimeOffset End);
