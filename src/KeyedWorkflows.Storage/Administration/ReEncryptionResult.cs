namespace KeyedWorkflows.Storage;

/// <summary>What became of a re-encryption.</summary>
/// <param name="ReEncrypted">How many profiles now lie under the new key.</param>
/// <param name="Unreadable">The ids of those that could not be opened, and were left as they are.</param>
public sealed record ReEncryptionResult(int ReEncrypted, IReadOnlyList<string> Unreadable);
