using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Reads what an attribute was given. Of unfinished code it gives nothing.</summary>
internal static class AttributeReading
{
    /// <summary>The first argument by place, where it is of the type.</summary>
    public static T? Argument<T>(this AttributeData attribute)
        where T : class => attribute.ConstructorArguments is [{ Kind: not TypedConstantKind.Array, Value: T value }, ..] ? value : null;

    /// <summary>A named argument, where it was given.</summary>
    public static bool TryGet(this AttributeData attribute, string name, out TypedConstant value)
    {
        foreach (var argument in attribute.NamedArguments)
        {
            if (argument.Key == name)
            {
                value = argument.Value;
                return value.Kind != TypedConstantKind.Error;
            }
        }
        value = default;
        return false;
    }

    public static string? Text(this AttributeData attribute, string name) => attribute.TryGet(name, out var value) ? value.Value as string : null;

    public static int Number(this AttributeData attribute, string name, int otherwise = 0) => attribute.TryGet(name, out var value) && value.Value is int number ? number : otherwise;

    public static bool Flag(this AttributeData attribute, string name) => attribute.TryGet(name, out var value) && value.Value is true;

    /// <summary>The texts of a named argument; null where it was not given. Nulls among them are left out.</summary>
    public static List<string>? Texts(this AttributeData attribute, string name) => attribute.TryGet(name, out var value) ? Texts(value) : null;

    /// <summary>The texts of an array, or a single one.</summary>
    public static List<string>? Texts(TypedConstant value)
    {
        if (value.Kind != TypedConstantKind.Array)
            return value.Value is string single ? [single] : null;
        if (value.IsNull)
            return null;
        var texts = new List<string>(value.Values.Length);
        foreach (var item in value.Values)
        {
            if (item.Value is string text)
                texts.Add(text);
        }
        return texts;
    }

    /// <summary>An attribute of exactly this type.</summary>
    public static AttributeData? Find(this ISymbol symbol, INamedTypeSymbol? type)
    {
        if (type is null)
            return null;
        foreach (var attribute in symbol.GetAttributes())
        {
            if (KnownSymbols.Same(attribute.AttributeClass, type))
                return attribute;
        }
        return null;
    }

    /// <summary>The compiler could not make sense of its arguments, and says so.</summary>
    public static bool IsBroken(this AttributeData attribute)
    {
        if (attribute.AttributeConstructor is null)
            return true;
        foreach (var argument in attribute.ConstructorArguments)
        {
            if (argument.Kind == TypedConstantKind.Error)
                return true;
        }
        foreach (var argument in attribute.NamedArguments)
        {
            if (argument.Value.Kind == TypedConstantKind.Error)
                return true;
        }
        return false;
    }

    /// <summary>The place of the attribute; else null.</summary>
    public static Location? Place(this AttributeData attribute, CancellationToken ct) => attribute.ApplicationSyntaxReference?.GetSyntax(ct).GetLocation();

    /// <summary>The place of a named argument's value, else of the attribute.</summary>
    public static Location? Place(this AttributeData attribute, string name, CancellationToken ct) => attribute.Value(name, ct)?.GetLocation() ?? attribute.Place(ct);

    /// <summary>The place of the argument at a place, else of the attribute.</summary>
    public static Location? Place(this AttributeData attribute, int place, CancellationToken ct) => attribute.Value(place, ct)?.GetLocation() ?? attribute.Place(ct);

    /// <summary>The place of one item of a list that a named argument gives, as far as the source lists them, else of the whole.</summary>
    public static Location? Place(this AttributeData attribute, string name, int item, CancellationToken ct) =>
        ItemsOf(attribute.Value(name, ct)) is { } items && item < items.Count ? items[item].GetLocation() : attribute.Place(name, ct);

    /// <summary>The place of one item of what the constructor's list is given, else of the attribute.</summary>
    public static Location? PlaceOfItem(this AttributeData attribute, int item, CancellationToken ct)
    {
        if (attribute.ApplicationSyntaxReference?.GetSyntax(ct) is not AttributeSyntax { ArgumentList.Arguments: { Count: > 0 } arguments })
            return attribute.Place(ct);
        if (arguments.Count == 1 && ItemsOf(arguments[0].Expression) is { } items)
            return item < items.Count ? items[item].GetLocation() : attribute.Place(ct);
        return item < arguments.Count && arguments[item] is { NameEquals: null } argument ? argument.Expression.GetLocation() : attribute.Place(ct);
    }

    /// <summary>The items of a list as the source writes them; null where it is no list, or spreads another.</summary>
    private static List<ExpressionSyntax>? ItemsOf(ExpressionSyntax? list)
    {
        var items = new List<ExpressionSyntax>();
        switch (list)
        {
            case CollectionExpressionSyntax collection:
                foreach (var element in collection.Elements)
                {
                    if (element is not ExpressionElementSyntax { Expression: var expression })
                        return null;
                    items.Add(expression);
                }
                return items;
            case ArrayCreationExpressionSyntax { Initializer.Expressions: var expressions }:
                items.AddRange(expressions);
                return items;
            case ImplicitArrayCreationExpressionSyntax { Initializer.Expressions: var expressions }:
                items.AddRange(expressions);
                return items;
            default:
                return null;
        }
    }

    /// <summary>What the source has for a named argument.</summary>
    public static ExpressionSyntax? Value(this AttributeData attribute, string name, CancellationToken ct)
    {
        if (attribute.ApplicationSyntaxReference?.GetSyntax(ct) is not AttributeSyntax { ArgumentList.Arguments: var arguments })
            return null;
        foreach (var argument in arguments)
        {
            if (argument.NameEquals?.Name.Identifier.ValueText == name)
                return argument.Expression;
        }
        return null;
    }

    /// <summary>What the source has for an argument by place.</summary>
    public static ExpressionSyntax? Value(this AttributeData attribute, int place, CancellationToken ct)
    {
        if (attribute.ApplicationSyntaxReference?.GetSyntax(ct) is not AttributeSyntax { ArgumentList.Arguments: var arguments })
            return null;
        return place < arguments.Count && arguments[place].NameEquals is null ? arguments[place].Expression : null;
    }
}
