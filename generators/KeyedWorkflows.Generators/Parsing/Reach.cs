using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>From where types can be named, and the accessibility of what is emitted beside a class.</summary>
internal static class Reach
{
    /// <summary>The widest place from which code can name a type.</summary>
    internal enum Level
    {
        /// <summary>Some of the types that it is nested in, or that derive from them.</summary>
        Nested,
        Assembly,
        Everywhere,
    }

    /// <summary>The accessibility of the client; null where it cannot be declared.</summary>
    /// <param name="type">The workflow.</param>
    /// <param name="input">What it takes.</param>
    /// <param name="output">What it gives.</param>
    /// <param name="compilation">The compilation.</param>
    /// <param name="level">From where the class and its client can be named.</param>
    public static string? ClientAccessibility(INamedTypeSymbol type, ITypeSymbol input, ITypeSymbol output, Compilation compilation, out Level level)
    {
        var own = Of(type);
        var data = Min(Of(input), Of(output));
        level = Min(own, data);
        if (type.ContainingType is not { } outer)
            return level switch { Level.Everywhere => "public", Level.Assembly => "internal", _ => null };
        if (data >= own && (own != Level.Nested || data >= Level.Assembly))
            return own == Level.Nested && type.DeclaredAccessibility is Accessibility.Protected or Accessibility.ProtectedOrInternal or Accessibility.ProtectedAndInternal && data < Level.Everywhere
                ? "private"
                : TextOf(type.DeclaredAccessibility);
        if (level == Level.Assembly)
            return "internal";

        // Private members of the containing type are seen by its own text alone, where it can name what it can name.
        return compilation.IsSymbolAccessibleWithin(input, outer) && compilation.IsSymbolAccessibleWithin(output, outer) ? "private" : null;
    }

    /// <summary>From where a type can be named.</summary>
    public static Level Of(ITypeSymbol type)
    {
        switch (type)
        {
            case IArrayTypeSymbol array:
                return Of(array.ElementType);
            case INamedTypeSymbol named:
                var level = Level.Everywhere;
                for (var next = named; next is not null; next = next.ContainingType)
                {
                    level = Min(level, LevelOf(next.DeclaredAccessibility));
                    foreach (var argument in next.TypeArguments)
                    {
                        if (argument is not ITypeParameterSymbol)
                            level = Min(level, Of(argument));
                    }
                }
                return level;
            default:
                return Level.Everywhere;
        }
    }

    private static Level LevelOf(Accessibility accessibility) => accessibility switch
    {
        Accessibility.Public or Accessibility.NotApplicable => Level.Everywhere,
        Accessibility.Internal or Accessibility.ProtectedOrInternal => Level.Assembly,
        _ => Level.Nested,
    };

    private static Level Min(Level left, Level right) => left < right ? left : right;

    private static string TextOf(Accessibility accessibility) => accessibility switch
    {
        Accessibility.Public => "public",
        Accessibility.Internal => "internal",
        Accessibility.Protected => "protected",
        Accessibility.ProtectedOrInternal => "protected internal",
        Accessibility.ProtectedAndInternal => "private protected",
        _ => "private",
    };
}
