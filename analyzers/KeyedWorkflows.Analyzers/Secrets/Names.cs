using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Analyzers.Secrets;

/// <summary>How a type of another library is told by its name.</summary>
internal static class Names
{
    /// <summary>Whether a namespace is, or lies in, one of a name.</summary>
    public static bool IsIn(this ISymbol? symbol, string space)
    {
        for (var around = symbol?.ContainingNamespace; around is { IsGlobalNamespace: false }; around = around.ContainingNamespace)
        {
            if (Is(around, space, space.Length))
                return true;
        }
        return false;
    }

    /// <summary>Whether a type is that of a name, <c>System.Console</c>.</summary>
    public static bool Is(this ITypeSymbol? type, string name)
    {
        if (type is not { ContainingType: null })
            return false;
        var dot = name.LastIndexOf('.');
        return name.Length == dot + 1 + type.Name.Length && string.CompareOrdinal(name, dot + 1, type.Name, 0, type.Name.Length) == 0 && Is(type.ContainingNamespace, name, dot);
    }

    /// <summary>Whether the first characters of a text are a namespace's name.</summary>
    private static bool Is(INamespaceSymbol? space, string text, int length)
    {
        while (space is { IsGlobalNamespace: false })
        {
            var dot = text.LastIndexOf('.', length - 1);
            if (length - dot - 1 != space.Name.Length || string.CompareOrdinal(text, dot + 1, space.Name, 0, space.Name.Length) != 0)
                return false;
            space = space.ContainingNamespace;
            length = dot;
            if (length < 0)
                return space is null or { IsGlobalNamespace: true };
        }
        return false;
    }
}
