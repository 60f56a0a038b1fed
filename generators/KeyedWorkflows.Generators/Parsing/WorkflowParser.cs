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
    public static WorkflowParse Parse(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellationToken)
    {
        var scope = new ParseScope(type, compilation, cancellationToken);
        if (type.TypeKind != TypeKind.Class || FindAttribute(scope) is not { } attribute)
            return new(null, default);
        if (TypeReader.IsFileLocal(type))
        {
            scope.Fault(Rules.Class, ParseScope.PlaceOf(type), $"`{type.Name}` is file-local, and what is emitted for a workflow is in another file. Remove `file`.");
            return new(null, EquatableArray.From(scope.Faults));
        }
        return new WorkflowReader(scope, attribute).Read();
    }

    private static AttributeData? FindAttribute(ParseScope scope)
    {
        foreach (var attribute in scope.Type.GetAttributes())
        {
            if (scope.Known.MarkOf(attribute) == Mark.Workflow)
                return attribute;
        }
        return null;
    }
}
