using KeyedWorkflows.Analyzers.Secrets;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.Analyzers.Isolation;

/// <summary>Tells what a caching layer makes its keys of.</summary>
internal static class CacheKeys
{
    /// <summary>Whether a type is a layer that caches.</summary>
    public static bool IsCache(ITypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.Name is "CachingChatClient" or "CachingEmbeddingGenerator" && type.IsIn("Microsoft.Extensions.AI"))
                return true;
        }
        return false;
    }

    /// <summary>Whether a layer's own key reads the messages' texts, and nothing that may name the payer: options, whole messages, further values, or what the layer was made with.</summary>
    public static bool IsOfTextAlone(ITypeSymbol type, CancellationToken ct)
    {
        foreach (var member in type.GetMembers("GetCacheKey"))
        {
            if (member is not IMethodSymbol { IsOverride: true, Parameters: [var messages, ..] } method || method.DeclaringSyntaxReferences.Length != 1)
                continue;
            if (method.DeclaringSyntaxReferences[0].GetSyntax(ct) is MethodDeclarationSyntax declaration && IsOfTextAlone(declaration, method, messages.Name))
                return true;
        }
        return false;
    }

    private static bool IsOfTextAlone(MethodDeclarationSyntax declaration, IMethodSymbol method, string messages)
    {
        var readsText = false;
        foreach (var node in (declaration.Body ?? (SyntaxNode?)declaration.ExpressionBody)?.DescendantNodes() ?? [])
        {
            if (node is BaseExpressionSyntax or ThisExpressionSyntax)
                return false;
            if (node is not IdentifierNameSyntax name)
                continue;
            var text = name.Identifier.ValueText;
            readsText |= text == "Text" && name.Parent is MemberAccessExpressionSyntax;
            if (text == messages ? IsWhole(name) : IsOther(text, method))
                return false;
        }
        return readsText;
    }

    /// <summary>All of the messages goes into the key, and not what a lambda or a loop takes of each.</summary>
    private static bool IsWhole(IdentifierNameSyntax messages)
    {
        if (messages.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax } access && access.Expression == messages)
            return false;
        if (messages.Parent is ForEachStatementSyntax)
            return false;
        // `Enumerable.Select(messages, …)`, `string.Concat(from m in messages select m.Text)`.
        return messages.Parent is not FromClauseSyntax;
    }

    /// <summary>Another parameter, or a member of the layer.</summary>
    private static bool IsOther(string name, IMethodSymbol method)
    {
        if (name == "AdditionalProperties")
            return true;
        foreach (var parameter in method.Parameters)
        {
            if (parameter.Name == name)
                return true;
        }
        foreach (var member in method.ContainingType.GetMembers())
        {
            if (member.Name == name)
                return true;
        }
        foreach (var constructor in method.ContainingType.InstanceConstructors)
        {
            foreach (var parameter in constructor.Parameters)
            {
                if (parameter.Name == name)
                    return true;
            }
        }
        return false;
    }
}
