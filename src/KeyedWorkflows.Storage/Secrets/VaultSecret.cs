namespace KeyedWorkflows.Storage;

/// <summary>A key as a vault has it.</summary>
/// <param name="Value">The key.</param>
/// <param name="ExpiresAt">Until when it may be used; null where the vault does not say. After that it is used no more, not even while the vault is away.</param>
public sealed record VaultSecret(Secret Value, DateTimeOffset? ExpiresAt = null);
