using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Graph;

/// <summary>What <see cref="GraphSolver"/> found out. With faults the rest is only as good as it goes, and nothing may be emitted from it.</summary>
internal sealed record SolvedGraph
{
    /// <summary>The answers for <see cref="GraphDraft.Nodes"/>, at the same places.</summary>
    public required EquatableArray<SolvedNode> Nodes { get; init; }

    /// <summary>The answers for <see cref="GraphDraft.Tools"/>, at the same places.</summary>
    public EquatableArray<SolvedTool> Tools { get; init; }

    /// <summary>Where the run's output comes from; null only with faults.</summary>
    public OutputModel? Output { get; init; }

    /// <summary>What is wrong, each once. What follows from another fault is left out.</summary>
    public EquatableArray<GraphFault> Faults { get; init; }

    public bool IsSound => Faults.IsEmpty;
}
