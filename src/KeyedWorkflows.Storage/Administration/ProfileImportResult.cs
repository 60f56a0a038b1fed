namespace KeyedWorkflows.Storage;

/// <summary>What became of an import.</summary>
public sealed record ProfileImportResult
{
    /// <summary>The names that were created: disabled, and without a key.</summary>
    public required IReadOnlyList<string> Created { get; init; }

    /// <summary>The names that the store had before, and that were left as they are.</summary>
    public required IReadOnlyList<string> Skipped { get; init; }
}
