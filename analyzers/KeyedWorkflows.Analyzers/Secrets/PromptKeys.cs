using KeyedWorkflows.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KeyedWorkflows.Analyzers.Secrets;

/// <summary>Finds placeholders that put a key into a prompt. Of a <c>Secret</c> the parser says so itself; what is left are keys in plain text.</summary>
internal sealed class PromptKeys(SecretSymbols known, SymbolAnalysisContext context)
{
    public void Check(INamedTypeSymbol type)
    {
        foreach (var member in type.GetMembers())
        {
            if (member is not IMethodSymbol method || known.PromptOf(method)?.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken) is not AttributeSyntax { ArgumentList.Arguments: var arguments })
                continue;
            foreach (var argument in arguments)
            {
                if (argument.NameEquals?.Name.Identifier.ValueText is null or "System" or "User" && argument.Expression is LiteralExpressionSyntax literal && literal.IsKind(SyntaxKind.StringLiteralExpression))
                    Check(method, literal);
            }
        }
    }

    private void Check(IMethodSymbol method, LiteralExpressionSyntax literal)
    {
        var text = literal.Token.ValueText;
        for (var open = text.IndexOf("{{", StringComparison.Ordinal); open >= 0; open = text.IndexOf("{{", open + 2, StringComparison.Ordinal))
        {
            var close = text.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
                return;
            if ((open == 0 || text[open - 1] != '\\') && Find(method, text.Substring(open + 2, close - open - 2).TrimEnd('?')) is { } key)
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Rules.SecretFlowsOut,
                    LiteralPlaces.Of(literal, open, close + 2 - open),
                    $"`{key}` is a key, and a prompt goes to the model's provider. Remove the placeholder, and make `{key}` a Secret."));
            }
        }
    }

    /// <summary>The name of the key that a placeholder reaches; null where it reaches none.</summary>
    private string? Find(IMethodSymbol method, string path)
    {
        var parts = path.Split('.');
        foreach (var parameter in method.Parameters)
        {
            if (parameter.Name != parts[0])
                continue;
            ISymbol found = parameter;
            ITypeSymbol? type = parameter.Type;
            for (var i = 1; i < parts.Length && type is not null; i++)
            {
                var property = Property(type, parts[i]);
                if (property is null)
                    return null;
                found = property;
                type = property.Type;
            }
            return type is not null && known.HoldsKey(found, type) ? found.Name : null;
        }
        return null;
    }

    private static IPropertySymbol? Property(ITypeSymbol type, string name)
    {
        for (ITypeSymbol? level = type; level is not null; level = level.BaseType)
        {
            foreach (var member in level.GetMembers(name))
            {
                if (member is IPropertySymbol property)
                    return property;
            }
        }
        return null;
    }
}
