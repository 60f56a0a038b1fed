namespace KeyedWorkflows.Analyzers.Keys;

/// <summary>A key within a text.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Format">Its format; null for a random text that is known to be a key by its name alone.</param>
/// <param name="Name">The name within the text that tells it; null where there is none.</param>
internal readonly record struct FoundKey(int Start, int Length, KeyFormat? Format, string? Name = null);
