namespace KeyedWorkflows.Server;

/// <summary>What of a budget is used in its present period, as it is booked.</summary>
/// <param name="From">The first day of the period.</param>
/// <param name="Tokens">In and out together.</param>
/// <param name="Money">What has a price in the currency.</param>
/// <param name="Currency">That of the budget.</param>
/// <param name="Percent">How much of the budget it is: of tokens or money, whichever is more.</param>
internal sealed record UsedBudget(DateOnly From, long Tokens, decimal Money, string Currency, decimal Percent);
