namespace KeyedWorkflows.Storage;

/// <summary>A request to a provider as the journal has it.</summary>
internal sealed record JournalCall
{
    public required string RunId { get; init; }

    public required string Workflow { get; init; }

    public required string TokenId { get; init; }

    public string? EndUser { get; init; }

    public required string Step { get; init; }

    public int? Element { get; init; }

    public required int Attempt { get; init; }

    public required string Slot { get; init; }

    public string? ProfileId { get; init; }

    public string? ProfileName { get; init; }

    public string? Tenant { get; init; }

    public required string Provider { get; init; }

    public required string Model { get; init; }

    public string? ModelAnswered { get; init; }

    public string? ErrorCode { get; init; }

    /// <summary>The order in which the run's calls ended; null for one of whose end nobody knows.</summary>
    public int? Number { get; init; }

    /// <summary>What it used; for one of whose end nobody knows, what it was taken to use.</summary>
    public required RunUsage Usage { get; init; }

    public required bool IsEstimated { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required TimeSpan Duration { get; init; }
}
