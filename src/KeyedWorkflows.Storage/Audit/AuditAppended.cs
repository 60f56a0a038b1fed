namespace KeyedWorkflows.Storage;

/// <summary>What a write added to the audit.</summary>
/// <param name="First">The number of the first entry.</param>
/// <param name="Head">The last entry.</param>
/// <param name="Missing">The entry that was known before, and was not there any more; null where it was.</param>
internal sealed record AuditAppended(long First, AuditHead Head, AuditHead? Missing);
