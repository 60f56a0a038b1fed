using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>What the readers of one workflow share. Gathers the faults.</summary>
internal sealed class ParseScope(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellationToken)
{
    private readonly List<FaultModel> faults = [];
    private readonly List<object?> places = [];

    public INamedTypeSymbol Type { get; } = type;

    public Compilation Compilation { get; } = compilation;

    public KnownSymbols Known { get; } = KnownSymbols.Of(compilation);

    public CancellationToken CancellationToken { get; } = cancellationToken;

    public TypeReader Types { get; } = new(KnownSymbols.Of(compilation));

    /// <summary>The model is for an emitter. The analyzers ask for faults and the graph: names that are chosen so that they clash with none, which takes a look at all types, and the input's annotations are left out for them.</summary>
    public bool IsForEmission { get; init; }

    public IReadOnlyList<FaultModel> Faults => faults;

    /// <summary>Something is missing that the compiler reports itself: the workflow is faulty without a fault of ours.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>A step's result or data is not known, so that nothing can be said about the graph.</summary>
    public bool IsGraphUnknown { get; set; }

    /// <summary>Something is wrong that forbids running the workflow.</summary>
    public bool IsFaulty
    {
        get
        {
            if (IsIncomplete)
                return true;
            foreach (var fault in faults)
            {
                if (fault.Rule != Rules.UnusedSlot)
                    return true;
            }
            return false;
        }
    }

    public void Fault(string rule, Location? location, string message, EquatableArray<string> choices = default) => faults.Add(new(rule, Model(location), message) { Choices = choices });

    /// <summary>A fault without which nothing can be said about the graph.</summary>
    public void GraphFault(string rule, Location? location, string message, EquatableArray<string> choices = default)
    {
        IsGraphUnknown = true;
        Fault(rule, location, message, choices);
    }

    /// <summary>The compiler reports what is missing.</summary>
    public void Incomplete()
    {
        IsIncomplete = true;
        IsGraphUnknown = true;
    }

    /// <summary>Notes a place under a number, for those who know no locations.</summary>
    public int Remember(Location? location)
    {
        places.Add(location);
        return places.Count - 1;
    }

    /// <summary>Notes the place of a symbol, which is looked for when something is wrong there.</summary>
    public int Remember(ISymbol symbol)
    {
        places.Add(symbol);
        return places.Count - 1;
    }

    /// <summary>The place of a number.</summary>
    public Location? Recall(int place) => place < 0 || place >= places.Count ? null : places[place] is ISymbol symbol ? PlaceOf(symbol) : places[place] as Location;

    /// <summary>The place of a symbol's name in the author's files.</summary>
    public static Location? PlaceOf(ISymbol symbol)
    {
        Location? first = null;
        foreach (var location in symbol.Locations)
        {
            if (!location.IsInSource)
                continue;
            if (!IsGenerated(location.SourceTree))
                return location;
            first ??= location;
        }
        return first;
    }

    /// <summary>Whether a generator has made a file.</summary>
    public static bool IsGenerated(SyntaxTree? tree) => tree is not null && tree.FilePath.EndsWith(".g.cs", StringComparison.OrdinalIgnoreCase);

    private static LocationModel? Model(Location? location)
    {
        if (location?.SourceTree is not { } tree)
            return null;
        LinePositionSpan lines = location.GetLineSpan().Span;
        return new(tree.FilePath, location.SourceSpan.Start, location.SourceSpan.Length, lines.Start.Line, lines.Start.Character, lines.End.Line, lines.End.Character);
    }
}
