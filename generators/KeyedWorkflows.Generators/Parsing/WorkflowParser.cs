using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Turns a class marked <c>[Workflow]</c> into a model. The generator and the analyzers share it, so that they never disagree.</summary>
internal static class WorkflowParser
{
    /// <summary>Parses a class. Unfinished and malformed code gives a faulty model, never an exception.</summary>
    /// <param name="type">The class.</param>
    /// <param name="compilation">The compilation that it is declared in.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static WorkflowParse Parse(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellationToken) =>
        Parse(new ParseScope(type, compilation, cancellationToken) { IsForEmission = true });

    /// <summary>Finds what is wrong with a class, as <see cref="Parse(INamedTypeSymbol, Compilation, CancellationToken)"/> does, and leaves out of the model what only an emitter asks for.</summary>
    /// <param name="type">The class.</param>
    /// <param name="compilation">The compilation that it is declared in.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static WorkflowParse Check(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellationToken) => Parse(new ParseScope(type, compilation, cancellationToken));

    private static WorkflowParse Parse(ParseScope scope)
    {
        var type = scope.Type;
        if (type.TypeKind != TypeKind.Class || !IsNamed(type) || FindAttribute(type, scope.Known) is not { } attribute)
            return new(null, default);
        if (TypeReader.IsFileLocal(type))
        {
            scope.Fault(Rules.Class, ParseScope.PlaceOf(type), $"`{type.Name}` is file-local, and what is emitted for a workflow is in another file. Remove `file`.");
            return new(null, EquatableArray.From(scope.Faults));
        }
        return new WorkflowReader(scope, attribute).Read();
    }

    /// <summary>Parses a class that may have been meant for a workflow and is not marked as one: it says so by the interface, or by what it marks. Other classes give nothing.</summary>
    /// <param name="type">The class.</param>
    /// <param name="compilation">The compilation that it is declared in.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static WorkflowParse ParseUnmarked(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellationToken)
    {
        // What derives from an abstract class is told of the steps that it inherits.
        if (type.TypeKind != TypeKind.Class || type.IsAbstract || !IsNamed(type))
            return new(null, default);
        var known = KnownSymbols.Of(compilation);
        if (FindAttribute(type, known) is not null || UnmarkedClass.Describe(type, known) is not { } message)
            return new(null, default);
        var scope = new ParseScope(type, compilation, cancellationToken) { IsForEmission = true };
        var model = TypeReader.IsFileLocal(type) ? null : new WorkflowReader(scope, null).Read().Model! with { IsFaulty = true, FaultText = $"The workflow cannot run: {Rules.Unmarked}: {message}" };

        // What else is wrong with it is said once it is a workflow.
        var place = new ParseScope(type, compilation, cancellationToken);
        place.Fault(Rules.Unmarked, ParseScope.PlaceOf(type), message, UnmarkedClass.MarkFor(type, scope.Known) is { } mark ? [mark] : default);
        return new(model, EquatableArray.From(place.Faults));
    }

    /// <summary>A class that the author is just typing may have no name, nor may those around it.</summary>
    private static bool IsNamed(INamedTypeSymbol type)
    {
        for (var next = type; next is not null; next = next.ContainingType)
        {
            if (next.Name.Length == 0)
                return false;
        }
        return true;
    }

    private static AttributeData? FindAttribute(INamedTypeSymbol type, KnownSymbols known)
    {
        foreach (var attribute in type.GetAttributes())
        {
            if (known.MarkOf(attribute) == Mark.Workflow)
                return attribute;
        }
        return null;
    }
}
