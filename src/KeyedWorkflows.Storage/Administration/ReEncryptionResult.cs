namespace KeyedWorkflows.Storage;

/// <summary>What became of a re-encryption.</summary>
public sealed record ReEncryptionResult
{
    /// <summary>How many profiles now lie under the new key.</summary>
    public required int ReEncrypted { get; init; }

    /// <summary>The ids of profiles that could not be opened, and were left as they are.</summary>
    public required IReadOnlyList<string> Unreadable { get; init; }

    /// <summary>How many tokens now lie under the new key.</summary>
    public int ReEncryptedTokens { get; init; }

    /// <summary>The ids of tokens that could not be opened, and were left as they are.</summary>
    public IReadOnlyList<string> UnreadableTokens { get; init; } = [];

    /// <summary>
    /// The files of keys that lay in the ring in clear text. They are wrapped now, and no part of the ring: they open nothing, unless one is moved back for a backup that was made before.
    /// </summary>
    public IReadOnlyList<string> SetAside { get; init; } = [];
}
