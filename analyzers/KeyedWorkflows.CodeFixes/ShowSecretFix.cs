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

/// <summary>Shows a secret's mark where its key was shown (KW2003): <c>secret.Reveal()</c> becomes <c>secret</c>, or <c>secret.ToString()</c> where a text is needed.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class ShowSecretFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.SecretFlowsOut.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null)
            return;
        foreach (var diagnostic in context.Diagnostics)
        {
            var reveals = new List<ExpressionSyntax>();
            foreach (var place in diagnostic.AdditionalLocations)
            {
                if (Find(root, place) is { } reveal)
                    reveals.Add(reveal);
            }

            // One that stays would go on showing the key.
            if (reveals.Count > 0 && reveals.Count == diagnostic.AdditionalLocations.Count)
                context.RegisterCodeFix(CodeAction.Create("Show the secret's mark instead of its key", ct => FixAsync(context.Document, reveals, ct), nameof(ShowSecretFix)), diagnostic);
        }
    }

    /// <summary>The whole of <c>secret.Reveal()</c> or <c>secret?.Reveal()</c>.</summary>
    private static ExpressionSyntax? Find(SyntaxNode root, Location place)
    {
        if (!root.FullSpan.Contains(place.SourceSpan))
            return null;
        var call = root.FindNode(place.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>();
        return call switch
        {
            { Expression: MemberAccessExpressionSyntax } => call,
            { Expression: MemberBindingExpressionSyntax, Parent: ConditionalAccessExpressionSyntax access } when access.WhenNotNull == call => access,
            _ => null,
        };
    }

    private static async Task<Document> FixAsync(Document document, List<ExpressionSyntax> reveals, CancellationToken ct)
    {
        var editor = await DocumentEditor.CreateAsync(document, ct).ConfigureAwait(false);
        foreach (var reveal in reveals)
            editor.ReplaceNode(reveal, Shown(reveal, editor.SemanticModel, ct).WithTriviaFrom(reveal));
        return editor.GetChangedDocument();
    }

    private static ExpressionSyntax Shown(ExpressionSyntax reveal, SemanticModel model, CancellationToken ct)
    {
        var isConditional = reveal is ConditionalAccessExpressionSyntax;
        var secret = reveal is ConditionalAccessExpressionSyntax access ? access.Expression : ((MemberAccessExpressionSyntax)((InvocationExpressionSyntax)reveal).Expression).Expression;
        if (reveal.Parent is InterpolationSyntax || IsAdded(reveal) || model.GetTypeInfo(reveal, ct).ConvertedType?.SpecialType == SpecialType.System_Object)
            return secret is PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } certain ? certain.Operand : secret;
        var text = SyntaxFactory.IdentifierName(nameof(ToString));
        return isConditional
            ? SyntaxFactory.ConditionalAccessExpression(secret, SyntaxFactory.InvocationExpression(SyntaxFactory.MemberBindingExpression(text)))
            : SyntaxFactory.InvocationExpression(SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, secret, text));
    }

    /// <summary>Beside a text, anything may be added.</summary>
    private static bool IsAdded(ExpressionSyntax reveal) =>
        reveal.Parent is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum && (sum.Left == reveal ? sum.Right : sum.Left) is LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } or InterpolatedStringExpressionSyntax;
}
