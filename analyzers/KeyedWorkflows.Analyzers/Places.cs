using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.Analyzers;

/// <summary>Finds the place in the source that a diagnostic belongs to.</summary>
internal static class Places
{
    /// <summary>The place of a fault: in the class's own files where it lies there, so that it can be suppressed there.</summary>
    public static Location Of(LocationModel? place, INamedTypeSymbol type, Compilation compilation)
    {
        if (place is null)
            return OfType(type);
        foreach (var declaration in type.DeclaringSyntaxReferences)
        {
            if (Holds(declaration.SyntaxTree, place))
                return Location.Create(declaration.SyntaxTree, new(place.Start, place.Length));
        }
        foreach (var tree in compilation.SyntaxTrees)
        {
            if (Holds(tree, place))
                return Location.Create(tree, new(place.Start, place.Length));
        }
        return Location.Create(place.FilePath, new TextSpan(place.Start, place.Length), new(new(place.StartLine, place.StartCharacter), new(place.EndLine, place.EndCharacter)));
    }

    /// <summary>The class's name.</summary>
    public static Location OfType(INamedTypeSymbol type) => type.Locations.Length > 0 ? type.Locations[0] : Location.None;

    /// <summary>The first argument of an attribute on a class; the class's name where there is none.</summary>
    public static Location OfFirstArgument(AttributeData attribute, INamedTypeSymbol type, CancellationToken cancellationToken) =>
        attribute.ApplicationSyntaxReference?.GetSyntax(cancellationToken) is AttributeSyntax { ArgumentList.Arguments: [{ NameEquals: null } first, ..] } ? first.GetLocation() : OfType(type);

    /// <summary>A named argument of an attribute; null where it is not written there.</summary>
    public static Location? OfArgument(AttributeData attribute, string name, CancellationToken cancellationToken)
    {
        if (attribute.ApplicationSyntaxReference?.GetSyntax(cancellationToken) is not AttributeSyntax { ArgumentList.Arguments: var arguments })
            return null;
        foreach (var argument in arguments)
        {
            if (argument.NameEquals?.Name.Identifier.ValueText == name)
                return argument.Expression.GetLocation();
        }
        return null;
    }

    private static bool Holds(SyntaxTree tree, LocationModel place) => tree.FilePath == place.FilePath && place.Start + place.Length <= tree.Length;
}
