using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Checks the names of methods that attributes write. What names nothing is said here, without repeating it: a key put into the wrong place is such a name, too.</summary>
internal static class MemberNames
{
    /// <summary>Whether the class has a member of the name.</summary>
    public static bool Has(ParseScope scope, string name) => !scope.Type.GetMembers(name).IsEmpty;

    /// <summary>Whether the class has a member of each name. Where not, it is said, by the compiler or here.</summary>
    /// <param name="scope">The workflow.</param>
    /// <param name="attribute">The attribute that writes the names.</param>
    /// <param name="names">The names.</param>
    /// <param name="rule">What is broken where one is no member.</param>
    /// <param name="place">Where.</param>
    /// <param name="message">What to say.</param>
    public static bool Check(ParseScope scope, AttributeData attribute, IReadOnlyList<string> names, string rule, Location? place, string message)
    {
        foreach (var name in names)
        {
            if (Has(scope, name))
                continue;
            if (IsUnknownToCompiler(scope, attribute, name))
                scope.Incomplete();
            else
                scope.GraphFault(rule, place, message);
            return false;
        }
        return true;
    }

    /// <summary>Whether the attribute writes a name as <c>nameof</c> of nothing: then the compiler says so.</summary>
    public static bool IsUnknownToCompiler(ParseScope scope, AttributeData attribute, string name)
    {
        if (attribute.ApplicationSyntaxReference?.GetSyntax(scope.CancellationToken) is not AttributeSyntax syntax || !scope.Compilation.ContainsSyntaxTree(syntax.SyntaxTree))
            return false;
        SemanticModel? model = null;
        foreach (var node in syntax.DescendantNodes())
        {
            if (node is not InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" }, ArgumentList.Arguments: [{ Expression: var named }] } || NameOf(named) != name)
                continue;
            model ??= scope.Compilation.GetSemanticModel(syntax.SyntaxTree);
            var found = model.GetSymbolInfo(named, scope.CancellationToken);
            if (found.Symbol is null && found.CandidateSymbols.IsEmpty && model.GetMemberGroup(named, scope.CancellationToken).IsEmpty)
                return true;
        }
        return false;
    }

    private static string? NameOf(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax identifier => identifier.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        _ => null,
    };
}
