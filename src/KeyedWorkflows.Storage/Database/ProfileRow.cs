namespace KeyedWorkflows.Storage;

/// <summary>A profile as it is stored. The columns beside the payload serve to find it; what is used is read from the payload, and must agree with them.</summary>
internal sealed class ProfileRow
{
    public required string Id { get; set; }

    public required string Name { get; set; }

    public string? Tenant { get; set; }

    public required string Provider { get; set; }

    public string? Endpoint { get; set; }

    public required bool Enabled { get; set; }

    public required string Revision { get; set; }

    public required byte[] Payload { get; set; }

    /// <summary>Whether both hold the same, to the last byte of the payload.</summary>
    public bool IsSame(ProfileRow other) =>
        Id == other.Id && Name == other.Name && Tenant == other.Tenant && Provider == other.Provider && Endpoint == other.Endpoint && Enabled == other.Enabled && Revision == other.Revision
        && Payload.AsSpan().SequenceEqual(other.Payload);
}
