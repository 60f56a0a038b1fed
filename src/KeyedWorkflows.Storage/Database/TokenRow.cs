namespace KeyedWorkflows.Storage;

/// <summary>A token as it is stored. The columns beside the payload serve to find it; what it may do is read from the payload, and must agree with them.</summary>
internal sealed class TokenRow
{
    public required string Id { get; set; }

    public required string Name { get; set; }

    /// <summary>The SHA-256 of the token.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>The SHA-256 of its value before the last rotation; null where that is not taken.</summary>
    public byte[]? FormerHash { get; set; }

    public required string Revision { get; set; }

    public required byte[] Payload { get; set; }

    /// <summary>Whether both hold the same, to the last byte of the payload.</summary>
    public bool IsSame(TokenRow other) =>
        Id == other.Id && Name == other.Name && Revision == other.Revision && Hash.AsSpan().SequenceEqual(other.Hash) && FormerHash.AsSpan().SequenceEqual(other.FormerHash) && Payload.AsSpan().SequenceEqual(other.Payload);
}
