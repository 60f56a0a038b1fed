using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Graph;

/// <summary>A parameter of a node or a tool, as written.</summary>
internal sealed record ParameterDraft
{
    public required string Name { get; init; }

    /// <summary>The type; nullable where the parameter takes null for absent data. Of <see cref="ParameterKind.ForEachElement"/> it is the element's.</summary>
    public required TypeModel Type { get; init; }

    public required ParameterKind Kind { get; init; }

    /// <summary>The names in <c>[From]</c>; null without the attribute.</summary>
    public EquatableArray<string>? From { get; init; }

    /// <summary>Where each name in <c>[From]</c> stands; none where that is not known.</summary>
    public EquatableArray<int> FromLocations { get; init; }

    /// <summary>Marked <c>[FromInput]</c>.</summary>
    public bool FromInput { get; init; }

    /// <summary>The place of the parameter.</summary>
    public int Location { get; init; }

    public bool IsData => Kind is ParameterKind.Data or ParameterKind.ForEachElement or ParameterKind.Messages;
}
