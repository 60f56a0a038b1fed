namespace KeyedWorkflows.Storage;

/// <summary>
/// Which run an idempotency key belongs to. Keys and requests are kept as hashes under a key of the host's own. Until its run has begun, a key is held by who claimed it: for a while, and longer where they say so again. One whose run
/// nobody knows, and of which nobody says so any more, was claimed by a host that is gone. Kept for a day. Safe for use from several threads, and from several nodes.
/// </summary>
internal interface IIdempotencyKeys
{
    /// <summary>Claims a key for a run, or says whose it is. What it says is on the disk.</summary>
    /// <param name="scope">The key.</param>
    /// <param name="request">What is asked under it.</param>
    /// <param name="runId">The run.</param>
    /// <param name="hold">For how long it is held.</param>
    /// <param name="wait">How long the run may wait for its turn, besides: the key is kept so much longer.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    Task<IdempotencyClaim> ClaimAsync(IdempotencyScope scope, ReadOnlyMemory<byte> request, string runId, TimeSpan hold, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Holds a key for longer. Each hold is told from the one before it, by whoever asks for the key.</summary>
    /// <returns>Whether it is still that run's.</returns>
    Task<bool> HoldAsync(IdempotencyScope scope, string runId, TimeSpan hold, CancellationToken cancellationToken);

    /// <summary>Gives a key back whose run was refused before it began.</summary>
    Task ReleaseAsync(IdempotencyScope scope, string runId, CancellationToken cancellationToken);

    /// <summary>
    /// Frees a key of somebody else whose run nobody knows, where this process has seen it with one and the same hold for as long as a hold lasts. So long is measured by a clock of this process alone: the clocks of two nodes may
    /// differ by more than that. It has to be asked again until then.
    /// </summary>
    Task ReleaseAbandonedAsync(IdempotencyScope scope, string runId, TimeSpan hold, CancellationToken cancellationToken);
}
