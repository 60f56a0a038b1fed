using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.CodeFixes;

/// <summary>Writes arguments that a fix adds as an author would.</summary>
internal static class ArgumentSpacing
{
    /// <summary>A space after each comma that has none.</summary>
    public static InvocationExpressionSyntax WithArgumentsApart(this InvocationExpressionSyntax call)
    {
        var arguments = call.ArgumentList.Arguments;
        var commas = new List<SyntaxToken>();
        foreach (var comma in arguments.GetSeparators())
            commas.Add(comma.HasTrailingTrivia ? comma : comma.WithTrailingTrivia(SyntaxFactory.Space));
        return call.WithArgumentList(call.ArgumentList.WithArguments(SyntaxFactory.SeparatedList(arguments, commas)));
    }
}
