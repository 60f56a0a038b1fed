namespace KeyedWorkflows.Storage;

/// <summary>A run that begins. All JSON is UTF-8 and holds no secret.</summary>
internal sealed record RunStart
{
    public required string Id { get; init; }

    public required string Workflow { get; init; }

    public string? Version { get; init; }

    /// <summary>The graph's mark.</summary>
    public required string Fingerprint { get; init; }

    public required string TokenId { get; init; }

    public string? Tenant { get; init; }

    public string? EndUser { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required CaptureLevel Capture { get; init; }

    /// <summary>The input as a JSON object; null where the capture level keeps none.</summary>
    public byte[]? Inputs { get; init; }

    /// <summary>Each slot's payer: <c>[{"slot","source","profile","profile_id","tenant","provider","fingerprint"}]</c>.</summary>
    public required byte[] Bindings { get; init; }

    /// <summary>The caller's labels as a JSON object; null for none.</summary>
    public byte[]? Labels { get; init; }

    public required int TotalSteps { get; init; }

    /// <summary>Whether nobody waits for its record: it may come a moment later, together with the run's end.</summary>
    public bool MayWait { get; init; }

    /// <summary>Where to report the end; null for nowhere.</summary>
    public string? CallbackUrl { get; init; }
}
