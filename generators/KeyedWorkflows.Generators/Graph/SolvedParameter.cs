using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Graph;

/// <summary>What is known of a parameter: the members have the meaning of those of <see cref="ParameterModel"/>.</summary>
internal sealed record SolvedParameter
{
    /// <inheritdoc cref="ParameterModel.Sources"/>
    public EquatableArray<SourceModel> Sources { get; init; }

    /// <summary>No source may be present: proven over all answers, so a merge of which one always runs is never absent though each of its sources may be.</summary>
    public bool MayBeAbsent { get; init; }

    /// <summary>The parameter takes null for absent data. Never for <c>[ForEach]</c>: without a sequence there is nothing to do.</summary>
    public bool AcceptsAbsent { get; init; }
}
