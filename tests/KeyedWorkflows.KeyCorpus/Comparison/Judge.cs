using KeyedWorkflows.KeyCorpus.Cases;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.KeyCorpus.Comparison;

/// <summary>Says whether reports on a case are right.</summary>
internal static class Judge
{
    /// <summary>Whether a file with a key has a report at the key, and a file without one has any.</summary>
    public static bool IsHit(KeyCase one, IEnumerable<Finding> findings)
    {
        if (!one.IsPositive)
            return findings.Any();
        var (first, last) = Statement(one);
        return findings.Any(f => one.Lines.Contains(f.Line) || (f.Line >= first && f.Line <= last));
    }

    /// <summary>The lines of the statement, parameter, attribute or member that the key is part of.</summary>
    private static (int First, int Last) Statement(KeyCase one)
    {
        if (!one.IsCSharp)
            return (one.Line, one.Line);
        var tree = CSharpSyntaxTree.ParseText(one.Text, new CSharpParseOptions(LanguageVersion.Preview));
        var text = tree.GetText();
        var line = text.Lines[one.Line - 1];
        var at = line.Start + line.ToString().TakeWhile(char.IsWhiteSpace).Count();
        var node = tree.GetRoot().FindToken(at).Parent?.AncestorsAndSelf().FirstOrDefault(n => n is StatementSyntax and not BlockSyntax or AttributeListSyntax or ParameterListSyntax or MemberDeclarationSyntax);
        if (node is null or BaseTypeDeclarationSyntax or BaseNamespaceDeclarationSyntax || node is BaseMethodDeclarationSyntax { Body: not null })
            return (one.Line, one.Line);
        var span = tree.GetLineSpan(node.Span);
        return (span.StartLinePosition.Line + 1, span.EndLinePosition.Line + 1);
    }
}
