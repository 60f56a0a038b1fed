namespace KeyedWorkflows.Storage;

/// <summary>The bytes of a file, apart from what lists and quotas read.</summary>
internal sealed class UploadContentRow
{
    public required string Id { get; set; }

    public required byte[] Content { get; set; }
}
