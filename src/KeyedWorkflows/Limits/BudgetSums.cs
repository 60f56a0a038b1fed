namespace KeyedWorkflows;

/// <summary>Tokens, and money in billionths.</summary>
internal readonly record struct BudgetSums(long Tokens, long Money)
{
    public static BudgetSums operator +(BudgetSums one, BudgetSums other) => new(one.Tokens + other.Tokens, one.Money + other.Money);

    public static BudgetSums operator -(BudgetSums one, BudgetSums other) => new(one.Tokens - other.Tokens, one.Money - other.Money);
}
