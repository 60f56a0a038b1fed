namespace KeyedWorkflows.Storage;

/// <summary>A request to a model as it ended.</summary>
internal sealed class RunCallRow
{
    /// <summary>The run's number.</summary>
    public required long Run { get; set; }

    public required int Number { get; set; }

    public required string Step { get; set; }

    public int? Element { get; set; }

    public required int Attempt { get; set; }

    public required string Slot { get; set; }

    public string? ProfileId { get; set; }

    public required string Provider { get; set; }

    public string? ModelAsked { get; set; }

    public string? ModelAnswered { get; set; }

    public required long InputTokens { get; set; }

    public required long OutputTokens { get; set; }

    public required long CachedInputTokens { get; set; }

    public required long ReasoningTokens { get; set; }

    public string? FinishReason { get; set; }

    public string? ProviderRequestId { get; set; }

    public string? ErrorCode { get; set; }

    public string? PromptHash { get; set; }

    public byte[]? Messages { get; set; }

    public byte[]? Answer { get; set; }

    public required long StartedAt { get; set; }

    public required long Duration { get; set; }
}
