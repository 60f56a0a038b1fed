namespace KeyedWorkflows.Storage;

/// <summary>What became of an examination of the audit.</summary>
public sealed record AuditVerification
{
    /// <summary>Whether everything that was written, as far as it is known, is there as it was written.</summary>
    public bool IsIntact => Fault is null;

    /// <summary>How many entries were examined and found good.</summary>
    public required long Entries { get; init; }

    /// <summary>The last entry that was found good, to be kept apart for the next time; null where there was none.</summary>
    public AuditHead? Head { get; init; }

    /// <summary>What is wrong first; null where nothing is.</summary>
    public AuditFault? Fault { get; init; }

    /// <summary>The number of the first entry that is wrong or lacking; null where nothing is.</summary>
    public long? FirstBroken { get; init; }

    /// <summary>What happened, and what to do.</summary>
    public required string Message { get; init; }

    /// <summary>The message.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() => Message;
}
