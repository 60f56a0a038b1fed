namespace KeyedWorkflows;

/// <summary>
/// What the model calls of one payer, or of one caller, may use. A call that would go past a limit is not made: it fails with <see cref="WorkflowErrorCodes.LimitReached"/> or <see cref="WorkflowErrorCodes.BudgetSpent"/>, which say
/// when to come again. Immutable.
/// </summary>
public sealed record UsageLimits
{
    /// <summary>How many requests to providers may be made in a minute, retries included: above 0. Null: no limit.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>How many tokens, in and out together, may be used in a minute: above 0. Null: no limit. A call counts with the most that it may use until it is known what it used.</summary>
    public long? TokensPerMinute { get; init; }

    /// <summary>What may be used in a day. Null: no limit.</summary>
    public Budget? Day { get; init; }

    /// <summary>What may be used in a calendar month. Null: no limit.</summary>
    public Budget? Month { get; init; }

    /// <summary>Whether nothing is limited.</summary>
    internal bool IsEmpty => RequestsPerMinute is null && TokensPerMinute is null && Day is null && Month is null;

    /// <summary>What is wrong with them; null where nothing is.</summary>
    internal string? FirstFault =>
        RequestsPerMinute <= 0 ? "RequestsPerMinute is not above 0. Leave it out for no limit; to stop all calls, disable."
        : TokensPerMinute <= 0 ? "TokensPerMinute is not above 0. Leave it out for no limit; to stop all calls, disable."
        : Day?.FirstFault is { } day ? "the budget of a day: " + day
        : Month?.FirstFault is { } month ? "the budget of a month: " + month
        : null;
}
