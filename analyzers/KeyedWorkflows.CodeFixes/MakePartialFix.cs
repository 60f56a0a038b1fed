using System.Collections.Immutable;
using System.Composition;
using KeyedWorkflows.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace KeyedWorkflows.CodeFixes;

/// <summary>Makes a workflow's class, and those around it, partial (KW3009).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class MakePartialFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.Class.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span).FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type || NotPartial(type) is not { Count: > 0 } types)
            return;
        context.RegisterCodeFix(
            CodeAction.Create($"Make `{types[types.Count - 1].Identifier.ValueText}` partial", ct => FixAsync(context.Document, types, ct), nameof(MakePartialFix)),
            context.Diagnostics);
    }

    private static async Task<Document> FixAsync(Document document, List<TypeDeclarationSyntax> types, CancellationToken ct)
    {
        var editor = await DocumentEditor.CreateAsync(document, ct).ConfigureAwait(false);
        foreach (var type in types)
            editor.ReplaceNode(type, static (node, _) => WithPartial((TypeDeclarationSyntax)node));
        return editor.GetChangedDocument();
    }

    /// <summary>From the inside out.</summary>
    private static List<TypeDeclarationSyntax> NotPartial(TypeDeclarationSyntax type)
    {
        var found = new List<TypeDeclarationSyntax>();
        for (var around = type; around is not null; around = around.Parent as TypeDeclarationSyntax)
        {
            if (!around.Modifiers.Any(SyntaxKind.PartialKeyword))
                found.Add(around);
        }
        return found;
    }

    private static TypeDeclarationSyntax WithPartial(TypeDeclarationSyntax type)
    {
        var partial = SyntaxFactory.Token(SyntaxKind.PartialKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        if (type.Modifiers.Count > 0)
            return type.WithModifiers(type.Modifiers.Add(partial));
        var leading = type.Keyword.LeadingTrivia;
        return type.WithKeyword(type.Keyword.WithLeadingTrivia()).WithModifiers(SyntaxFactory.TokenList(partial.WithLeadingTrivia(leading)));
    }
}
