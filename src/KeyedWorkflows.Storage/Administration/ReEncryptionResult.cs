namespace KeyedWorkflows.Storage;

/// <summary>What became of a re-encryption.</summary>
public sealed record ReEncryptionResult
{
    /// <summary>How many profiles now lie under the new key.</summary>
    public required int ReEncrypted { get; init; }

    /// <summary>The ids of those that could not be opened, and were left as they are.</summary>
    public required IReadOnlyList<string> Unreadable { get; init; }
}
