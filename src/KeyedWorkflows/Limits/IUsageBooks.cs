namespace KeyedWorkflows;

/// <summary>What a store knows of usage: prices, and what was spent before. Without one, budgets begin with the process, and money is not known. Safe for use from several threads.</summary>
internal interface IUsageBooks
{
    /// <summary>What a call costs.</summary>
    /// <returns>Null where no price is known of the model.</returns>
    BookedPrice? PriceOf(string provider, string? modelAsked, string? modelAnswered, in RunUsage usage, DateTimeOffset at);

    /// <summary>
    /// Begins to count for a budget's period: tells the meter what was spent in it up to now, by all nodes and from then on what is booked to it (<see cref="BudgetMeter.Committed"/>). It may be asked again for the same meter, under another mark.
    /// It takes its place before whatever is booked after the call to this.
    /// </summary>
    /// <exception cref="WorkflowRunException">The store does not answer.</exception>
    Task OpenAsync(BudgetMeter meter);

    /// <summary>Tells that a part of a budget is used: once for each period and part, whatever happens in between.</summary>
    void Tell(BudgetNotice notice);
}
