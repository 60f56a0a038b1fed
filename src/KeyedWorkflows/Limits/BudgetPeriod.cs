namespace KeyedWorkflows;

/// <summary>What a budget is for.</summary>
internal enum BudgetPeriod
{
    Day,
    Month,
}
