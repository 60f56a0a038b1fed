using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers;

/// <summary>
/// Registers what looks at calls of a few names, wherever they stand. The name is read first, and the compiler is asked for the operation of those calls alone: an action for all operations makes it build them for all code.
/// </summary>
internal static class NamedCalls
{
    /// <summary>Looks at the calls of methods of these names.</summary>
    public static void Register(CompilationStartAnalysisContext start, Action<NamedOperation> action, params string[] names) => start.RegisterSyntaxNodeAction(
        context =>
        {
            if (Array.IndexOf(names, NameOf(((InvocationExpressionSyntax)context.Node).Expression)) >= 0 && context.SemanticModel.GetOperation(context.Node, context.CancellationToken) is IInvocationOperation call)
                action(new(call, context));
        },
        SyntaxKind.InvocationExpression);

    /// <summary>Looks at methods of these names that are handed to something else.</summary>
    public static void RegisterReferences(CompilationStartAnalysisContext start, Action<NamedOperation> action, params string[] names) => start.RegisterSyntaxNodeAction(
        context =>
        {
            var access = (MemberAccessExpressionSyntax)context.Node;
            if (Array.IndexOf(names, access.Name.Identifier.ValueText) >= 0
                && !(access.Parent is InvocationExpressionSyntax call && call.Expression == access)
                && context.SemanticModel.GetOperation(access, context.CancellationToken) is IMethodReferenceOperation reference)
                action(new(reference, context));
        },
        SyntaxKind.SimpleMemberAccessExpression);

    /// <summary>Looks at <c>with</c>.</summary>
    public static void RegisterWith(CompilationStartAnalysisContext start, Action<NamedOperation> action) => start.RegisterSyntaxNodeAction(
        context =>
        {
            if (context.SemanticModel.GetOperation(context.Node, context.CancellationToken) is IWithOperation with)
                action(new(with, context));
        },
        SyntaxKind.WithExpression);

    private static string? NameOf(ExpressionSyntax called) => called switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        SimpleNameSyntax name => name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        ParenthesizedExpressionSyntax parenthesized => NameOf(parenthesized.Expression),
        _ => null,
    };
}
