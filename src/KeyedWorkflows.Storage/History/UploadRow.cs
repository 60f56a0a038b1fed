namespace KeyedWorkflows.Storage;

/// <summary>What is known of a file that a caller sent.</summary>
internal sealed class UploadRow
{
    public required string Id { get; set; }

    public required string TokenId { get; set; }

    public required string EndUser { get; set; }

    public required string Name { get; set; }

    public required string MediaType { get; set; }

    public required string Extension { get; set; }

    public required long Size { get; set; }

    public required long CreatedAt { get; set; }
}
