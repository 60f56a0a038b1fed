namespace KeyedWorkflows.KeyCorpus.Comparison;

/// <summary>A tool's reports on a corpus.</summary>
/// <param name="ReadsSettings">Whether it is made for files other than C#.</param>
internal sealed record ToolResult(string Name, bool ReadsSettings, IReadOnlyList<Finding> Findings);
