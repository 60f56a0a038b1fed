namespace KeyedWorkflows.Storage;

/// <summary>What became of an import.</summary>
/// <param name="Created">The names that were created: disabled, and without a key.</param>
/// <param name="Skipped">The names that the store had before, and that were left as they are.</param>
public sealed record ProfileImportResult(IReadOnlyList<string> Created, IReadOnlyList<string> Skipped);
