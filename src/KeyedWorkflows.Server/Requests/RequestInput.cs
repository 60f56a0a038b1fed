using KeyedWorkflows.Wire;

namespace KeyedWorkflows.Server;

/// <summary>A request's input.</summary>
/// <param name="Value">What the workflow is given.</param>
/// <param name="Files">The files that it refers to.</param>
/// <param name="Keys">All keys that are given for the run: those that stand in the input where its type has a place for them, and those of the request's own fields.</param>
internal sealed record RequestInput(object Value, IReadOnlyList<FileReference> Files, IReadOnlyList<Secret> Keys);
