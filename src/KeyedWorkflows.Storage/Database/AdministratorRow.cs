namespace KeyedWorkflows.Storage;

/// <summary>An administrator as it is stored. The columns beside the payload serve to find it; what it may do is read from the payload, and must agree with them. It is made and revoked, never changed.</summary>
internal sealed class AdministratorRow
{
    public required string Id { get; set; }

    public required string Name { get; set; }

    /// <summary>The SHA-256 of the token.</summary>
    public required byte[] Hash { get; set; }

    public required byte[] Payload { get; set; }
}
