namespace KeyedWorkflows.KeyCorpus.Comparison;

/// <summary>What a tool reports.</summary>
/// <param name="Path">The file, as <see cref="Cases.KeyCase.Path"/> writes it.</param>
/// <param name="Line">From 1.</param>
internal sealed record Finding(string Path, int Line, string Rule);
