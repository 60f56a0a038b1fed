using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Finds the place in the source of a part of a text: within a literal where the text is one or is put together of several, else the whole expression.</summary>
internal static class LiteralPlaces
{
    public static Location Of(ExpressionSyntax expression, int start, int length)
    {
        if (expression is not LiteralExpressionSyntax { Token: var token } || token.SyntaxTree is not { } tree)
            return PartOf(expression, ref start, length) is { } literal ? Of(literal, start, length) : expression.GetLocation();
        var from = Map(token, start);
        var to = Map(token, start + length);
        return from < 0 || to < from ? expression.GetLocation() : Location.Create(tree, TextSpan.FromBounds(token.SpanStart + from, token.SpanStart + to));
    }

    /// <summary>The literal of a sum that holds the whole part; null where none does, or something before it is no literal.</summary>
    private static LiteralExpressionSyntax? PartOf(ExpressionSyntax sum, ref int start, int length)
    {
        var open = new Stack<ExpressionSyntax>();
        open.Push(sum);
        while (open.Count > 0)
        {
            switch (open.Pop())
            {
                case ParenthesizedExpressionSyntax { Expression: var inner }:
                    open.Push(inner);
                    break;
                case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } add:
                    open.Push(add.Right);
                    open.Push(add.Left);
                    break;
                case LiteralExpressionSyntax { Token: { Value: string text } } literal:
                    if (start < text.Length)
                        return start + length <= text.Length ? literal : null;
                    start -= text.Length;
                    break;
                default:
                    return null;
            }
        }
        return null;
    }

    /// <summary>Where in a token a character of its value stands; -1 where that is not known.</summary>
    private static int Map(SyntaxToken token, int place) => token.Kind() switch
    {
        SyntaxKind.StringLiteralToken => token.Text.StartsWith("@", StringComparison.Ordinal) ? MapVerbatim(token.Text, place) : MapRegular(token.Text, place),
        SyntaxKind.SingleLineRawStringLiteralToken => Quotes(token.Text) + place,
        SyntaxKind.MultiLineRawStringLiteralToken => MapRaw(token.Text, token.ValueText, place),
        _ => -1,
    };

    private static int MapRegular(string text, int place)
    {
        var at = 1;
        for (var passed = 0; passed < place && at < text.Length - 1;)
        {
            if (text[at] != '\\')
            {
                at++;
                passed++;
                continue;
            }
            switch (at + 1 < text.Length ? text[at + 1] : '\0')
            {
                case 'u':
                    at += 6;
                    passed++;
                    break;
                case 'U':
                    // Beyond the first plane it is two characters.
                    passed += at + 5 < text.Length && text.Substring(at + 2, 4) == "0000" ? 1 : 2;
                    at += 10;
                    break;
                case 'x':
                    at += 2;
                    for (var digits = 0; digits < 4 && at < text.Length && Uri.IsHexDigit(text[at]); digits++)
                        at++;
                    passed++;
                    break;
                default:
                    at += 2;
                    passed++;
                    break;
            }
        }
        return at <= text.Length ? at : -1;
    }

    private static int MapVerbatim(string text, int place)
    {
        var at = 2;
        for (var passed = 0; passed < place && at < text.Length; passed++)
            at += text[at] == '"' ? 2 : 1;
        return at <= text.Length ? at : -1;
    }

    private static int MapRaw(string text, string value, int place)
    {
        // The value's lines are those between the first and the last of the token, without the last line's indentation.
        var last = text.LastIndexOf('\n');
        var indent = text.Length - last - 1 - Quotes(text);
        var at = text.IndexOf('\n') + 1;
        var line = 0;
        for (var i = 0; i < place && i < value.Length; i++)
        {
            if (value[i] != '\n')
                continue;
            at = text.IndexOf('\n', at) + 1;
            line = i + 1;
        }
        return at > 0 && last > 0 && indent >= 0 ? at + indent + place - line : -1;
    }

    private static int Quotes(string text)
    {
        var count = 0;
        while (count < text.Length && text[count] == '"')
            count++;
        return count;
    }
}
