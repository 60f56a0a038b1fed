namespace KeyedWorkflows.Storage;

/// <summary>Which of a token's runs are asked for, newest first.</summary>
internal sealed record RunFilter
{
    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;

    public int Limit { get; init; } = 20;

    public string? Workflow { get; init; }

    public string? Status { get; init; }

    public string? EndUser { get; init; }

    /// <summary>A text that inputs, outputs or error hold, or a run's id.</summary>
    public string? Keyword { get; init; }

    public DateTimeOffset? Before { get; init; }

    public DateTimeOffset? After { get; init; }
}
