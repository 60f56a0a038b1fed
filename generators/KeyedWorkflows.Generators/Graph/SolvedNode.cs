using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Graph;

/// <summary>What is known of a node: the members have the meaning of those of <see cref="NodeModel"/>.</summary>
internal sealed record SolvedNode
{
    /// <summary>The answers for <see cref="NodeDraft.Parameters"/>, at the same places; empty answers for those that are no data.</summary>
    public EquatableArray<SolvedParameter> Parameters { get; init; }

    /// <inheritdoc cref="NodeModel.DependsOn"/>
    public EquatableArray<int> DependsOn { get; init; }

    /// <inheritdoc cref="NodeModel.After"/>
    public EquatableArray<int> After { get; init; }

    /// <inheritdoc cref="NodeModel.MayBeSkipped"/>
    public bool MayBeSkipped { get; init; }

    /// <inheritdoc cref="NodeModel.MayBeAbsent"/>
    public bool MayBeAbsent { get; init; }

    /// <summary>The run's output, or one of several of which one runs.</summary>
    public bool IsOutput { get; init; }
}
