using System.Collections.Immutable;
using System.Composition;
using KeyedWorkflows.Analyzers;
using KeyedWorkflows.Analyzers.Isolation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.CodeFixes;

/// <summary>Orders two steps that must not meet (KW4005): the second runs <c>After</c> the first. They needed nothing of each other, and the one with more steps before it comes second, so that no number of these makes a cycle.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class OrderStepsFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.UnsafeService.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            if (root is null
                || diagnostic.AdditionalLocations.Count != 1
                || diagnostic.AdditionalLocations[0] is not { } later
                || later.SourceTree != root.SyntaxTree
                || !diagnostic.Properties.TryGetValue(UnsafeServiceAnalyzer.First, out var first)
                || first is null
                || root.FindToken(later.SourceSpan.Start).Parent is not MethodDeclarationSyntax method
                || Find(method) is not { } attribute)
                continue;
            context.RegisterCodeFix(
                CodeAction.Create($"Run `{method.Identifier.ValueText}` after `{first}`", _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(attribute, WithAfter(attribute, first)))), nameof(OrderStepsFix)),
                diagnostic);
        }
    }

    /// <summary>The step's own attribute, where it says nothing of an order yet.</summary>
    private static AttributeSyntax? Find(MethodDeclarationSyntax method)
    {
        var attribute = Syntax.AttributeOf(method, "Step");
        foreach (var argument in attribute?.ArgumentList?.Arguments ?? default)
        {
            if (argument.NameEquals?.Name.Identifier.ValueText == "After")
                return null;
        }
        return attribute;
    }

    private static AttributeSyntax WithAfter(AttributeSyntax attribute, string first)
    {
        var after = SyntaxFactory.AttributeArgument(SyntaxFactory.NameEquals("After").WithEqualsToken(SyntaxFactory.Token(SyntaxKind.EqualsToken).WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(SyntaxFactory.Space)), null, SyntaxFactory.ParseExpression($"[nameof({first})]"));
        if (attribute.ArgumentList is not { Arguments.Count: > 0 } list)
            return attribute.WithArgumentList(SyntaxFactory.AttributeArgumentList(SyntaxFactory.SingletonSeparatedList(after)));
        var arguments = new List<AttributeArgumentSyntax>(list.Arguments) { after };
        var commas = new List<SyntaxToken>(list.Arguments.GetSeparators()) { SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space) };
        return attribute.WithArgumentList(list.WithArguments(SyntaxFactory.SeparatedList(arguments, commas)));
    }
}
