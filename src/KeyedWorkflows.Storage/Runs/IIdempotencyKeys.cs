namespace KeyedWorkflows.Storage;

/// <summary>Which run an idempotency key belongs to. Keys and requests are kept as hashes under a key of the host's own. Kept for a day. Safe for use from several threads, and from several nodes.</summary>
internal interface IIdempotencyKeys
{
    /// <summary>Claims a key for a run, or says whose it is. What it says is on the disk.</summary>
    Task<IdempotencyClaim> ClaimAsync(IdempotencyScope scope, ReadOnlyMemory<byte> request, string runId, CancellationToken cancellationToken);

    /// <summary>Gives a key back whose run was refused before it began.</summary>
    Task ReleaseAsync(IdempotencyScope scope, string runId, CancellationToken cancellationToken);
}
