namespace KeyedWorkflows.Server;

/// <summary>What came of trying a key.</summary>
internal sealed record KeyTrial
{
    public bool IsOk => ErrorCode is null;

    /// <summary>The provider's own name of the model that was asked; null where none is known.</summary>
    public string? Model { get; init; }

    /// <summary>One of <see cref="WorkflowErrorCodes"/>; null where the provider answered.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>What happened, without the key.</summary>
    public string? Error { get; init; }

    public int? ProviderStatus { get; init; }

    public string? ProviderRequestId { get; init; }

    public TimeSpan Elapsed { get; init; }
}
