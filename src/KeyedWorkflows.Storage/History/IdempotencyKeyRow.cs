namespace KeyedWorkflows.Storage;

/// <summary>An idempotency key. Both marks are HMACs under a key of the host's own.</summary>
internal sealed class IdempotencyKeyRow
{
    public required string Id { get; set; }

    /// <summary>The mark of the request that came first.</summary>
    public required string Request { get; set; }

    public required string RunId { get; set; }

    public required long ExpiresAt { get; set; }

    /// <summary>Until when whoever claimed it holds it by their own clock, as long as its run has not begun: for others, which hold it is. Null where an earlier version claimed it.</summary>
    public long? HeldUntil { get; set; }
}
