namespace KeyedWorkflows.Storage;

/// <summary>What came of claiming an idempotency key.</summary>
/// <param name="RunId">The run that holds the key: the claimed one, or the first.</param>
/// <param name="IsNew">Whether the key was free, and is this run's now.</param>
/// <param name="IsSameRequest">Whether the first request under the key was the same. True where <paramref name="IsNew"/>.</param>
internal readonly record struct IdempotencyClaim(string RunId, bool IsNew, bool IsSameRequest);
