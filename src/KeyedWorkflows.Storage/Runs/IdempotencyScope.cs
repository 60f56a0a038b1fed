namespace KeyedWorkflows.Storage;

/// <summary>Whose idempotency key it is: one of another scope is another key.</summary>
internal readonly record struct IdempotencyScope(string TokenId, string Workflow, string? Version, string EndUser, string Key);
