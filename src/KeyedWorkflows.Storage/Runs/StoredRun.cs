namespace KeyedWorkflows.Storage;

/// <summary>A run as the store knows it.</summary>
internal sealed record StoredRun
{
    public required string Id { get; init; }

    public required string Workflow { get; init; }

    public string? Version { get; init; }

    public required string TokenId { get; init; }

    public string? Tenant { get; init; }

    public string? EndUser { get; init; }

    /// <summary>running, succeeded, partial-succeeded, failed or stopped.</summary>
    public required string Status { get; init; }

    public byte[]? Inputs { get; init; }

    public byte[]? Outputs { get; init; }

    public required byte[] Bindings { get; init; }

    public string? ErrorCode { get; init; }

    public string? Error { get; init; }

    public required int TotalSteps { get; init; }

    public required RunUsage Usage { get; init; }

    public required int Exceptions { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public TimeSpan? Duration { get; init; }
}
