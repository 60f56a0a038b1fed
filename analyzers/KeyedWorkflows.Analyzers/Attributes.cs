using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Analyzers;

/// <summary>How attributes are found on symbols.</summary>
internal static class Attributes
{
    /// <summary>The first attribute of a class, or of one that is derived from it; null where there is none.</summary>
    public static AttributeData? Find(ISymbol symbol, INamedTypeSymbol? attributeClass)
    {
        if (attributeClass is null)
            return null;
        foreach (var attribute in symbol.GetAttributes())
        {
            for (var type = attribute.AttributeClass; type is not null; type = type.BaseType)
            {
                if (SymbolEqualityComparer.Default.Equals(type, attributeClass))
                    return attribute;
            }
        }
        return null;
    }

    /// <summary>A named argument that is a text; null where it is left out or is none.</summary>
    public static string? Text(this AttributeData attribute, string name)
    {
        foreach (var argument in attribute.NamedArguments)
        {
            if (argument.Key == name && argument.Value is { Kind: TypedConstantKind.Primitive, Value: string text })
                return text;
        }
        return null;
    }
}
