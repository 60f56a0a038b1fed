namespace KeyedWorkflows.Storage;

/// <summary>A head of an audit as it lies beside the key ring.</summary>
/// <param name="KeyMark">What tells the key apart that its entries were written under.</param>
/// <param name="Head">The last entry that was written under it.</param>
/// <param name="Place">Where the database lies that it is of; null where an earlier version wrote it.</param>
internal sealed record KeptHead(string KeyMark, AuditHead Head, string? Place);
