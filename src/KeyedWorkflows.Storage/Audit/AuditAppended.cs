namespace KeyedWorkflows.Storage;

/// <summary>What a write added to the audit.</summary>
/// <param name="First">The number of the first entry.</param>
/// <param name="Head">The last entry.</param>
/// <param name="IsNewBeginning">Whether what was known before does not hold any more.</param>
internal sealed record AuditAppended(long First, AuditHead Head, bool IsNewBeginning);
