namespace KeyedWorkflows.Storage;

/// <summary>What was used under one combination of what it is told by. What it is not told by is null.</summary>
public sealed record UsageRow
{
    /// <summary>Whose profile paid; null for the operator's own, and for a run without a tenant.</summary>
    public string? Tenant { get; init; }

    /// <summary>The id of the profile that paid; null for keys that were given for a run.</summary>
    public string? ProfileId { get; init; }

    /// <summary>The name that the profile had at its last call.</summary>
    public string? Profile { get; init; }

    /// <summary>The workflow.</summary>
    public string? Workflow { get; init; }

    /// <summary>The model.</summary>
    public string? Model { get; init; }

    /// <summary>The id of the caller's token.</summary>
    public string? TokenId { get; init; }

    /// <summary>The day.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>The currency of <see cref="Price"/>; null where nothing has a price.</summary>
    public string? Currency { get; init; }

    /// <summary>How many runs made their first call here: over all rows, each run counts once.</summary>
    public long Runs { get; init; }

    /// <summary>How many calls there were, failed ones included.</summary>
    public long Calls { get; init; }

    /// <summary>Of the calls, those that failed or were cut off.</summary>
    public long FailedCalls { get; init; }

    /// <summary>Of the calls, those whose tokens are an estimate, since the provider reported none.</summary>
    public long EstimatedCalls { get; init; }

    /// <summary>Of the calls, those that used tokens of a model whose price was not known: <see cref="Price"/> lacks them.</summary>
    public long UnpricedCalls { get; init; }

    /// <summary>Tokens sent.</summary>
    public long InputTokens { get; init; }

    /// <summary>Of those, the ones that the provider had cached.</summary>
    public long CachedInputTokens { get; init; }

    /// <summary>Tokens received.</summary>
    public long OutputTokens { get; init; }

    /// <summary>Of those, the ones of reasoning.</summary>
    public long ReasoningTokens { get; init; }

    /// <summary>What it cost, at the prices of when it was booked, to nine decimals.</summary>
    public decimal Price { get; init; }
}
