namespace KeyedWorkflows.Server;

/// <summary>Whether a tenant can pay for a slot, with which profile, and for which models.</summary>
internal sealed record SlotCheck
{
    public required string Slot { get; init; }

    public required IReadOnlyList<string> Providers { get; init; }

    public bool CanRun => ErrorCode is null;

    public string? ProfileId { get; init; }

    public string? Profile { get; init; }

    public string? Provider { get; init; }

    /// <summary>One of <see cref="WorkflowErrorCodes"/>; null where it can pay.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>A sentence: the profile that pays, or what to do.</summary>
    public required string Reason { get; init; }

    public IReadOnlyList<ModelCheck> Models { get; init; } = [];
}
