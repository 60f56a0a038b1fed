namespace KeyedWorkflows;

/// <summary>Whether a budget has room for a call.</summary>
internal enum BudgetRoom
{
    /// <summary>It has, and holds it back.</summary>
    Held,

    /// <summary>It would, but for what calls under way hold back.</summary>
    HeldByOthers,

    /// <summary>It has not, in this period.</summary>
    Spent,
}
