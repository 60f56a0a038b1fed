namespace KeyedWorkflows.Storage;

/// <summary>An execution of a step as it ended.</summary>
internal sealed class RunStepRow
{
    /// <summary>The run's number.</summary>
    public required long Run { get; set; }

    public required int Number { get; set; }

    public required string Step { get; set; }

    public int? Element { get; set; }

    public required int Attempt { get; set; }

    public required string Status { get; set; }

    public byte[]? Output { get; set; }

    public string? ErrorCode { get; set; }

    public string? Error { get; set; }

    public required int Calls { get; set; }

    public required long InputTokens { get; set; }

    public required long OutputTokens { get; set; }

    public required long CachedInputTokens { get; set; }

    public required long ReasoningTokens { get; set; }

    public required long StartedAt { get; set; }

    public required long Duration { get; set; }
}
