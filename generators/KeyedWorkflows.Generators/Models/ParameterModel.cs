namespace KeyedWorkflows.Generators.Models;

/// <summary>A parameter of a node.</summary>
internal sealed record ParameterModel
{
    /// <summary>The name as metadata has it.</summary>
    public required string Name { get; init; }

    public required TypeModel Type { get; init; }

    public required ParameterKind Kind { get; init; }

    /// <summary>For data: the producer, or several for a merge (<c>a ?? b</c>) of which at most one is present.</summary>
    public EquatableArray<SourceModel> Sources { get; init; }

    /// <summary>The data may be absent. Where <see cref="AcceptsAbsent"/> is false the node is skipped then.</summary>
    public bool MayBeAbsent { get; init; }

    /// <summary>The parameter is nullable: it takes null for absent data.</summary>
    public bool AcceptsAbsent { get; init; }

    /// <summary>For model clients.</summary>
    public ClientModel? Client { get; init; }

    public bool IsData => Kind is ParameterKind.Data or ParameterKind.ForEachElement or ParameterKind.Messages;
}
