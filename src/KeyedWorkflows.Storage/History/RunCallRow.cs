namespace KeyedWorkflows.Storage;

/// <summary>A request to a model as it ended. When its run is removed, what is booked of it stays, without what was said: these rows are the ledger of usage.</summary>
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

    public required string RunId { get; set; }

    public required string Workflow { get; set; }

    /// <summary>Whose profile paid.</summary>
    public string? Tenant { get; set; }

    public string? ProfileName { get; set; }

    public required string TokenId { get; set; }

    public string? EndUser { get; set; }

    /// <summary>Whether the provider reported no tokens, and these are an estimate.</summary>
    public required bool Estimated { get; set; }

    /// <summary>What it cost, in billionths of the currency. 0 where there is none.</summary>
    public required long Price { get; set; }

    /// <summary>Null where the price is not known.</summary>
    public string? Currency { get; set; }

    public required long StartedAt { get; set; }

    /// <summary>When it was booked for.</summary>
    public required long FinishedAt { get; set; }

    public required long Duration { get; set; }
}
