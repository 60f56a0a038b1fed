namespace KeyedWorkflows.Storage;

/// <summary>A run, from its start on. Times are in ticks of UTC, spans in ticks: both databases order them alike.</summary>
internal sealed class RunRow
{
    public const string Running = "running";

    /// <summary>What its steps, calls and frames are found by. It grows: what comes together lies together, where ids would scatter it over the whole index.</summary>
    public required long Number { get; set; }

    public required string Id { get; set; }

    public required string Workflow { get; set; }

    public string? Version { get; set; }

    public required string Fingerprint { get; set; }

    public required string TokenId { get; set; }

    public string? Tenant { get; set; }

    public string? EndUser { get; set; }

    /// <summary>The node that it runs on.</summary>
    public required string Node { get; set; }

    public required string Status { get; set; }

    /// <summary>A <see cref="CaptureLevel"/>.</summary>
    public required int Capture { get; set; }

    /// <summary>Whether somebody wants it stopped, on whatever node it goes on.</summary>
    public required bool StopRequested { get; set; }

    public byte[]? Inputs { get; set; }

    public byte[]? Outputs { get; set; }

    public required byte[] Bindings { get; set; }

    public byte[]? Labels { get; set; }

    public string? ErrorCode { get; set; }

    public string? Error { get; set; }

    public string? CallbackUrl { get; set; }

    public required int TotalSteps { get; set; }

    public required int Calls { get; set; }

    public required long InputTokens { get; set; }

    public required long OutputTokens { get; set; }

    public required long CachedInputTokens { get; set; }

    public required long ReasoningTokens { get; set; }

    public required int Exceptions { get; set; }

    public required long CreatedAt { get; set; }

    public long? FinishedAt { get; set; }

    public long? Duration { get; set; }
}
