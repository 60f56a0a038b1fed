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

/// <summary>
/// Takes a model client from a workflow's constructor to the steps that use it (KW4003): there it is the run's own. Offered where only steps use it, and where the workflow has one slot, so that it is clear who pays.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class TakeClientFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.OtherPayer.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            if (root?.FindToken(diagnostic.Location.SourceSpan.Start).Parent is not ParameterSyntax { Parent.Parent: ClassDeclarationSyntax type } parameter
                || model?.GetDeclaredSymbol(parameter, context.CancellationToken) is not { Type: { Name: "IChatClient" or "IEmbeddingGenerator" } client } symbol
                || client.ContainingNamespace.ToDisplayString() != "Microsoft.Extensions.AI"
                || CountSlots(type) != 1
                || FindSteps(type, symbol, model, context.CancellationToken) is not { Count: > 0 } steps)
                continue;
            context.RegisterCodeFix(
                CodeAction.Create($"Take `{symbol.Name}` as a parameter of the steps that use it", ct => FixAsync(context.Document, parameter, steps, ct), nameof(TakeClientFix)),
                diagnostic);
        }
    }

    private static int CountSlots(ClassDeclarationSyntax type)
    {
        var count = 0;
        foreach (var list in type.AttributeLists)
        {
            foreach (var attribute in list.Attributes)
                count += Syntax.NameOf(attribute) == "CredentialProfile" ? 1 : 0;
        }
        return count;
    }

    /// <summary>The steps that use the client; null where something else does, or where a step has that name already.</summary>
    private static List<MethodDeclarationSyntax>? FindSteps(ClassDeclarationSyntax type, IParameterSymbol client, SemanticModel model, CancellationToken ct)
    {
        // What another part of the class does with it is not in sight.
        if (model.GetDeclaredSymbol(type, ct)?.DeclaringSyntaxReferences.Length != 1)
            return null;
        var steps = new List<MethodDeclarationSyntax>();
        foreach (var node in type.DescendantNodes())
        {
            if (node is not IdentifierNameSyntax name || name.Identifier.ValueText != client.Name || !SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, ct).Symbol, client))
                continue;
            if (name.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not MethodDeclarationSyntax method || method.Parent != type || Syntax.AttributeOf(method, "Step") is null)
                return null;
            if (!steps.Contains(method))
                steps.Add(method);
        }
        return steps;
    }

    private static async Task<Document> FixAsync(Document document, ParameterSyntax parameter, List<MethodDeclarationSyntax> steps, CancellationToken ct)
    {
        var editor = await DocumentEditor.CreateAsync(document, ct).ConfigureAwait(false);
        var taken = SyntaxFactory.Parameter(parameter.Identifier).WithType(parameter.Type);
        foreach (var step in steps)
            editor.ReplaceNode(step.ParameterList, (node, _) => Parameters.With((ParameterListSyntax)node, taken));
        var list = (ParameterListSyntax)parameter.Parent!;
        if (list.Parameters.Count == 1)
            editor.ReplaceNode(list.Parent!, (node, _) => WithoutParameters((ClassDeclarationSyntax)node));
        else
            editor.RemoveNode(parameter);
        return editor.GetChangedDocument();
    }

    private static ClassDeclarationSyntax WithoutParameters(ClassDeclarationSyntax type) =>
        type.WithParameterList(null).WithIdentifier(type.Identifier.WithTrailingTrivia(type.ParameterList!.GetTrailingTrivia()));
}
