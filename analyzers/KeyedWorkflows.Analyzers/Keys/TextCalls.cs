using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.Analyzers.Keys;

/// <summary>The methods of <see cref="string"/> that put a text together: <c>Concat</c>, <c>Join</c> without a separator, and <c>Format</c> of places alone.</summary>
internal static class TextCalls
{
    /// <summary>The pieces, in the order of the text; null for other calls.</summary>
    public static IReadOnlyList<ExpressionSyntax>? Parts(InvocationExpressionSyntax call)
    {
        if (call.Expression is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: var method, Expression: PredefinedTypeSyntax or IdentifierNameSyntax { Identifier.ValueText: "String" } })
            return null;
        var arguments = call.ArgumentList.Arguments;
        return method switch
        {
            "Concat" => Flat(arguments, 0),
            "Join" when arguments is [{ Expression: var separator }, ..] && IsEmpty(separator) => Flat(arguments, 1),
            "Format" when arguments is [{ Expression: LiteralExpressionSyntax { Token.ValueText: var format } }, ..] && IsInOrder(format, arguments.Count - 1) => Flat(arguments, 1),
            _ => null,
        };
    }

    /// <summary>The arguments, or the elements of the one list that is given.</summary>
    private static List<ExpressionSyntax> Flat(SeparatedSyntaxList<ArgumentSyntax> arguments, int from)
    {
        var parts = new List<ExpressionSyntax>();
        for (var i = from; i < arguments.Count; i++)
        {
            switch (arguments[i].Expression)
            {
                case CollectionExpressionSyntax list:
                    foreach (var element in list.Elements)
                    {
                        if (element is ExpressionElementSyntax { Expression: var expression })
                            parts.Add(expression);
                    }
                    break;
                case ImplicitArrayCreationExpressionSyntax { Initializer.Expressions: var elements }:
                    parts.AddRange(elements);
                    break;
                case ArrayCreationExpressionSyntax { Initializer.Expressions: var elements }:
                    parts.AddRange(elements);
                    break;
                case var expression:
                    parts.Add(expression);
                    break;
            }
        }
        return parts;
    }

    private static bool IsEmpty(ExpressionSyntax separator) =>
        separator is LiteralExpressionSyntax { Token.ValueText: "" } or MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Empty" };

    /// <summary><c>{0}{1}{2}</c>.</summary>
    private static bool IsInOrder(string format, int places)
    {
        var expected = "";
        for (var i = 0; i < places; i++)
            expected += "{" + i + "}";
        return format == expected;
    }
}
