namespace KeyedWorkflows.Storage;

/// <summary>A run that has ended, with what was added since the last report.</summary>
internal sealed record RunEnd : RunProgress
{
    /// <summary>succeeded, partial-succeeded, failed or stopped.</summary>
    public required string Status { get; init; }

    public byte[]? Outputs { get; init; }

    public string? ErrorCode { get; init; }

    public string? Error { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    public required TimeSpan Duration { get; init; }

    public required RunUsage Usage { get; init; }

    /// <summary>How many optional steps failed.</summary>
    public int Exceptions { get; init; }

    /// <summary>What the callback tells, as JSON; null where there is none. It is written with the end, in one transaction.</summary>
    public byte[]? CallbackBody { get; init; }
}
