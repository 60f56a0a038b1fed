using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>The properties of an input type, with what a record's parameters say of them.</summary>
internal static class InputMembers
{
    /// <summary>Properties, inherited ones included, each once, with the positional parameter that declares it.</summary>
    public static List<(IPropertySymbol Property, IParameterSymbol? Parameter)> Of(INamedTypeSymbol type)
    {
        var members = new List<(IPropertySymbol, IParameterSymbol?)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var level = type; level is { SpecialType: SpecialType.None }; level = level.BaseType)
        {
            var positional = level.IsRecord ? PrimaryConstructorOf(level) : null;
            foreach (var member in level.GetMembers())
            {
                if (member is IPropertySymbol { IsStatic: false, IsIndexer: false, IsImplicitlyDeclared: false, CanBeReferencedByName: true } property && names.Add(property.Name))
                    members.Add((property, ParameterOf(positional, property.Name)));
            }
        }
        if (type.TypeKind == TypeKind.Interface)
        {
            foreach (var parent in type.AllInterfaces)
            {
                foreach (var member in parent.GetMembers())
                {
                    if (member is IPropertySymbol { IsStatic: false, IsIndexer: false } property && names.Add(property.Name))
                        members.Add((property, null));
                }
            }
        }
        return members;
    }

    /// <summary>The constructor of a record whose parameters are its properties: in metadata, the longest whose parameters all are.</summary>
    private static IMethodSymbol? PrimaryConstructorOf(INamedTypeSymbol type)
    {
        IMethodSymbol? best = null;
        foreach (var constructor in type.InstanceConstructors)
        {
            if (constructor.Parameters.Length == 0 || IsCopy(constructor, type) || (best is not null && best.Parameters.Length >= constructor.Parameters.Length))
                continue;
            var matches = true;
            foreach (var parameter in constructor.Parameters)
                matches &= HasProperty(type, parameter.Name);
            if (matches)
                best = constructor;
        }
        return best;
    }

    private static bool IsCopy(IMethodSymbol constructor, INamedTypeSymbol type) =>
        constructor.Parameters is [var only] && KnownSymbols.Same(only.Type, type);

    private static bool HasProperty(INamedTypeSymbol type, string name)
    {
        foreach (var member in type.GetMembers(name))
        {
            if (member is IPropertySymbol)
                return true;
        }
        return false;
    }

    private static IParameterSymbol? ParameterOf(IMethodSymbol? constructor, string name)
    {
        if (constructor is not null)
        {
            foreach (var parameter in constructor.Parameters)
            {
                if (parameter.Name == name)
                    return parameter;
            }
        }
        return null;
    }
}
