using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.CodeFixes;

/// <summary>Adds parameters to methods.</summary>
internal static class Parameters
{
    /// <summary>Adds one before the cancellation token, which comes last.</summary>
    public static ParameterListSyntax With(ParameterListSyntax list, ParameterSyntax added)
    {
        var parameters = list.Parameters;
        var place = parameters.Count > 0 && parameters[parameters.Count - 1].Type?.ToString().EndsWith("CancellationToken", StringComparison.Ordinal) == true ? parameters.Count - 1 : parameters.Count;
        var nodes = new List<ParameterSyntax>(parameters);
        nodes.Insert(place, added);
        var commas = new List<SyntaxToken>();
        for (var i = 1; i < nodes.Count; i++)
            commas.Add(i - 1 < parameters.SeparatorCount ? parameters.GetSeparator(i - 1) : SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space));
        return list.WithParameters(SyntaxFactory.SeparatedList(nodes, commas));
    }
}
