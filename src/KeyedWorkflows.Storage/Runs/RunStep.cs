namespace KeyedWorkflows.Storage;

/// <summary>A step's execution (for a step that runs once an element: one element) as it ended.</summary>
internal sealed record RunStep
{
    /// <summary>The order in which the run's steps ended, from 0.</summary>
    public required int Number { get; init; }

    /// <summary>The step's name; <c>Parent/Child</c> within a sub-workflow.</summary>
    public required string Step { get; init; }

    public int? Element { get; init; }

    public required int Attempt { get; init; }

    /// <summary>succeeded, failed or skipped.</summary>
    public required string Status { get; init; }

    /// <summary>The result as JSON; null where there is none or none is kept.</summary>
    public byte[]? Output { get; init; }

    public string? ErrorCode { get; init; }

    public string? Error { get; init; }

    public required RunUsage Usage { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required TimeSpan Duration { get; init; }
}
