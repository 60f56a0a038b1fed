namespace KeyedWorkflows.Storage;

/// <summary>An entry of the audit as it is stored. The columns beside the content serve to find it; what it says is read from the content, and must agree with them.</summary>
internal sealed class AuditEntryRow
{
    public required long Number { get; set; }

    /// <summary>In ticks of UTC.</summary>
    public required long At { get; set; }

    public string? ActorId { get; set; }

    public required string ActorName { get; set; }

    public string? SubjectId { get; set; }

    public required byte[] Content { get; set; }

    /// <summary>HMAC-SHA-256 over that of the entry before and the content.</summary>
    public required byte[] Mac { get; set; }
}
