using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Graph;

/// <summary>What is known of a tool.</summary>
/// <param name="Parameters">The answers for <see cref="ToolDraft.Parameters"/>, at the same places.</param>
/// <remarks>A prompt that offers the tool is skipped where data is absent and the tool's parameter is not nullable.</remarks>
internal sealed record SolvedTool(EquatableArray<SolvedParameter> Parameters);
