using KeyedWorkflows.Generators.Graph;
using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>A parameter of a node, before it is known what feeds it.</summary>
internal sealed record ParameterReading(IParameterSymbol Symbol, TypeModel Type, ParameterKind Kind)
{
    public ClientModel? Client { get; init; }

    /// <summary>The names in <c>[From]</c>; null without the attribute.</summary>
    public EquatableArray<string>? From { get; init; }

    /// <summary>Where each of <see cref="From"/> stands, as <see cref="ParseScope.Recall"/> knows it.</summary>
    public EquatableArray<int> FromPlaces { get; init; }

    public bool FromInput { get; init; }

    /// <summary>How many elements of <c>[ForEach]</c> at once.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>Its place, as <see cref="ParseScope.Recall"/> knows it.</summary>
    public int Place { get; init; }

    public bool IsData => Kind is ParameterKind.Data or ParameterKind.ForEachElement or ParameterKind.Messages;

    public ParameterDraft ToDraft() => new() { Name = Symbol.Name, Type = Type, Kind = Kind, From = From, FromLocations = FromPlaces, FromInput = FromInput, Location = Place };

    public ParameterModel ToModel(SolvedParameter solved) => new()
    {
        Name = Symbol.Name,
        Type = Type,
        Kind = Kind,
        Client = Client,
        Sources = solved.Sources,
        MayBeAbsent = solved.MayBeAbsent,
        AcceptsAbsent = solved.AcceptsAbsent,
    };
}
