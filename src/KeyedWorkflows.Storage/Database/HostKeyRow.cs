namespace KeyedWorkflows.Storage;

/// <summary>A key of the host's own, protected by the key ring.</summary>
internal sealed class HostKeyRow
{
    public required string Name { get; set; }

    public required byte[] Payload { get; set; }
}
