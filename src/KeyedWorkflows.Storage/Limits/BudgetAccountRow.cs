namespace KeyedWorkflows.Storage;

/// <summary>What was used of a budget in one period, by all nodes. It is made when the budget is first asked for in that period, from the ledger; from then on each node adds what it books.</summary>
internal sealed class BudgetAccountRow
{
    /// <summary><c>profile</c> or <c>token</c>.</summary>
    public required string Kind { get; set; }

    /// <summary>The id of the profile or token.</summary>
    public required string Subject { get; set; }

    /// <summary><c>day</c> or <c>month</c>.</summary>
    public required string Period { get; set; }

    /// <summary>When the period began.</summary>
    public required long Start { get; set; }

    public required string Currency { get; set; }

    public required long Tokens { get; set; }

    /// <summary>In billionths of the currency.</summary>
    public required long Money { get; set; }

    /// <summary>The <see cref="BudgetMark"/> under which it was kept all the time; null for one that is summed up anew.</summary>
    public string? Mark { get; set; }

    /// <summary>The highest part of the budget, in percent, that was told of.</summary>
    public required int Told { get; set; }

    /// <summary>How large the budget was of which that was told.</summary>
    public string? ToldOf { get; set; }
}
