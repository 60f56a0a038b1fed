namespace KeyedWorkflows.Wire;

/// <summary>A file as a request names it: an upload, or an address to fetch.</summary>
internal sealed record FileReference
{
    /// <summary>What the caller says that it is: document, image, audio, video or custom.</summary>
    public required string Kind { get; init; }

    /// <summary>The upload's id; null where <see cref="Url"/> is set.</summary>
    public string? UploadId { get; init; }

    /// <summary>The address; null where <see cref="UploadId"/> is set.</summary>
    public string? Url { get; init; }

    /// <summary>The file that is to be filled.</summary>
    public WorkflowFile File { get; } = WorkflowFile.Without("file", "application/octet-stream", 0);
}
