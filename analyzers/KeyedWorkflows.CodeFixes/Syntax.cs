using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.CodeFixes;

/// <summary>Finds in a document what a diagnostic is about, and where something can be put in.</summary>
internal static class Syntax
{
    /// <summary>The innermost node of exactly this span; null where none has it, because the document is another by now.</summary>
    public static async Task<SyntaxNode?> NodeAsync(Document document, TextSpan span, CancellationToken ct)
    {
        var root = await document.GetSyntaxRootAsync(ct).ConfigureAwait(false);
        return root is null || !root.FullSpan.Contains(span) ? null : root.FindNode(span, getInnermostNodeForTie: true);
    }

    /// <summary>Whether an expression is made of literals alone, so that it can be replaced where it stands.</summary>
    public static bool IsOfLiterals(ExpressionSyntax expression)
    {
        foreach (var node in expression.DescendantNodesAndSelf())
        {
            if (node is not (LiteralExpressionSyntax or ParenthesizedExpressionSyntax or InterpolatedStringExpressionSyntax or InterpolatedStringContentSyntax) && !node.IsKind(SyntaxKind.AddExpression))
                return false;
        }
        return true;
    }

    /// <summary>An attribute, without `Attribute` and namespace.</summary>
    public static string NameOf(AttributeSyntax attribute)
    {
        var name = attribute.Name switch
        {
            QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
            AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            _ => "",
        };
        const string Suffix = "Attribute";
        return name.EndsWith(Suffix, StringComparison.Ordinal) ? name.Substring(0, name.Length - Suffix.Length) : name;
    }

    /// <summary>The first attribute of a name on a member; null where there is none.</summary>
    public static AttributeSyntax? AttributeOf(MemberDeclarationSyntax member, string name)
    {
        foreach (var list in member.AttributeLists)
        {
            foreach (var attribute in list.Attributes)
            {
                if (NameOf(attribute) == name)
                    return attribute;
            }
        }
        return null;
    }

    /// <summary>Puts an attribute above a member, at its indentation; below those that it has.</summary>
    public static TextChange AttributeOn(MemberDeclarationSyntax member, string attribute, SourceText text)
    {
        var last = member.AttributeLists.Count > 0 ? member.AttributeLists[member.AttributeLists.Count - 1] : null;
        var at = last?.GetLastToken().GetNextToken().SpanStart ?? member.GetFirstToken().SpanStart;
        var line = text.Lines.GetLineFromPosition(at);
        var before = text.ToString(TextSpan.FromBounds(line.Start, at));

        // On one line with something else it stays there.
        return string.IsNullOrWhiteSpace(before) ? new(new(at, 0), $"[{attribute}]{EndOf(line, text)}{before}") : new(new(at, 0), $"[{attribute}] ");
    }

    /// <summary>Puts an attribute before a parameter.</summary>
    public static TextChange AttributeOn(ParameterSyntax parameter, string attribute)
    {
        var at = parameter.AttributeLists.Count > 0 ? parameter.AttributeLists[parameter.AttributeLists.Count - 1].GetLastToken().GetNextToken().SpanStart : parameter.SpanStart;
        return new(new(at, 0), $"[{attribute}] ");
    }

    /// <summary>Takes an attribute away, with its brackets where it is alone in them, and the line where that is left empty.</summary>
    public static TextChange Without(AttributeSyntax attribute, SourceText text)
    {
        if (attribute.Parent is not AttributeListSyntax list)
            return new(attribute.Span, "");
        if (list.Attributes.Count > 1)
        {
            var place = list.Attributes.IndexOf(attribute);
            return place == 0
                ? new(TextSpan.FromBounds(attribute.SpanStart, list.Attributes[1].SpanStart), "")
                : new(TextSpan.FromBounds(list.Attributes[place - 1].Span.End, attribute.Span.End), "");
        }
        var first = text.Lines.GetLineFromPosition(list.SpanStart);
        var last = text.Lines.GetLineFromPosition(list.Span.End);
        var (start, end) = (list.SpanStart, list.Span.End);
        while (start > first.Start && text[start - 1] is (' ' or '\t'))
            start--;
        while (end < last.End && text[end] is (' ' or '\t'))
            end++;
        return new(
            (start == first.Start, end == last.End) switch
            {
                (true, true) => TextSpan.FromBounds(start, last.EndIncludingLineBreak),
                (false, true) => TextSpan.FromBounds(start, end),
                _ => TextSpan.FromBounds(list.SpanStart, end),
            },
            "");
    }

    private static string EndOf(TextLine line, SourceText text)
    {
        var end = text.ToString(TextSpan.FromBounds(line.End, line.EndIncludingLineBreak));
        return end.Length > 0 ? end : "\n";
    }
}
