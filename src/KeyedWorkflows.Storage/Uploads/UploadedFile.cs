namespace KeyedWorkflows.Storage;

/// <summary>A file that a caller sent. Its name is data: nothing is found, stored or opened by it.</summary>
internal sealed record UploadedFile
{
    /// <summary>Made as the ids of runs are: the time, and 128 random bits.</summary>
    public required string Id { get; init; }

    public required string TokenId { get; init; }

    public required string EndUser { get; init; }

    public required string Name { get; init; }

    /// <summary>What its content says that it is.</summary>
    public required string MediaType { get; init; }

    public required string Extension { get; init; }

    /// <summary>In bytes.</summary>
    public required long Size { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
