using System.Collections.Immutable;
using System.Composition;
using KeyedWorkflows.Analyzers;
using KeyedWorkflows.Analyzers.Isolation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;

namespace KeyedWorkflows.CodeFixes;

/// <summary>Tells payers apart in the cache that a step puts around its client (KW4002): by the run's tenant and profile, and by the run itself where its key was given for it alone.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class PartitionCacheFix : CodeFixProvider
{
    private const string Values = "CacheKeyAdditionalValues";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.SharedCache.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            if (root?.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not ExpressionSyntax cache
                || model is null
                || !IsFixable(cache, model)
                || cache.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method
                || RunOf(method, model) is not { } run)
                continue;
            diagnostic.Properties.TryGetValue(SharedCacheAnalyzer.Slot, out var slot);
            context.RegisterCodeFix(CodeAction.Create("Tell payers apart by the run's tenant and profile", ct => FixAsync(context.Document, cache, method, run, slot, ct), nameof(PartitionCacheFix)), diagnostic);
        }
    }

    /// <summary>What the author has set up is left to the author, as are caches that have no such setting.</summary>
    private static bool IsFixable(ExpressionSyntax cache, SemanticModel model) => cache switch
    {
        InvocationExpressionSyntax { ArgumentList.Arguments.Count: <= 1 } call => call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "UseDistributedCache" },
        ObjectCreationExpressionSyntax { Initializer: null } creation => HasValues(model.GetTypeInfo(creation).Type),
        _ => false,
    };

    private static bool HasValues(ITypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.GetMembers(Values).Length > 0)
                return true;
        }
        return false;
    }

    /// <summary>The name of the run's context: the method's, or of one that it may take.</summary>
    private static string? RunOf(MethodDeclarationSyntax method, SemanticModel model)
    {
        foreach (var parameter in method.ParameterList.Parameters)
        {
            if (model.GetDeclaredSymbol(parameter)?.Type is { Name: "RunContext", ContainingNamespace.Name: "KeyedWorkflows" })
                return parameter.Identifier.ValueText;
        }
        return Syntax.AttributeOf(method, "Step") is not null && !method.DescendantTokens().Any(static token => token.ValueText == "run") ? "run" : null;
    }

    private static async Task<Document> FixAsync(Document document, ExpressionSyntax cache, MethodDeclarationSyntax method, string run, string? slot, CancellationToken ct)
    {
        var editor = await DocumentEditor.CreateAsync(document, ct).ConfigureAwait(false);
        var profile = slot is null ? "ProfileName" : $"ProfileNameOf({SymbolDisplay.FormatLiteral(slot, quote: true)})";
        var values = $"{Values} = [{run}.Tenant ?? \"\", {run}.{profile} ?? {run}.RunId]";
        editor.ReplaceNode(cache, (node, _) => node switch
        {
            InvocationExpressionSyntax call => call.AddArgumentListArguments(SyntaxFactory.Argument(
                SyntaxFactory.NameColon("configure").WithTrailingTrivia(SyntaxFactory.Space), default, SyntaxFactory.ParseExpression($"caching => caching.{values}"))).WithArgumentsApart(),
            _ => ((ObjectCreationExpressionSyntax)node).WithInitializer(((ObjectCreationExpressionSyntax)SyntaxFactory.ParseExpression($"new C() {{ {values} }}")).Initializer!.WithLeadingTrivia(SyntaxFactory.Space)),
        });
        if (!Takes(method, run))
            editor.ReplaceNode(method.ParameterList, (node, _) => Parameters.With((ParameterListSyntax)node, SyntaxFactory.Parameter(SyntaxFactory.Identifier(run))
                .WithType(SyntaxFactory.ParseTypeName("global::KeyedWorkflows.RunContext").WithAdditionalAnnotations(Simplifier.Annotation).WithTrailingTrivia(SyntaxFactory.Space))));
        return editor.GetChangedDocument();
    }

    private static bool Takes(MethodDeclarationSyntax method, string name)
    {
        foreach (var parameter in method.ParameterList.Parameters)
        {
            if (parameter.Identifier.ValueText == name)
                return true;
        }
        return false;
    }
}
