using System.Collections.Immutable;
using System.Composition;
using KeyedWorkflows.Analyzers;
using KeyedWorkflows.Analyzers.Secrets;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace KeyedWorkflows.CodeFixes;

/// <summary>Makes a plain key of an input a <c>Secret</c> (KW2004); where it can only be meant for one slot, one that pays.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class PlainKeyFix : CodeFixProvider
{
    private const string MainSlot = "main";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.PlainKeyInput.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            if (root?.FindToken(diagnostic.Location.SourceSpan.Start).Parent is not { } node || Fixed(node, null) is null)
                continue;
            var name = node is ParameterSyntax parameter ? parameter.Identifier.ValueText : ((PropertyDeclarationSyntax)node).Identifier.ValueText;
            Register($"Make `{name}` a Secret", null, nameof(PlainKeyFix));
            if (diagnostic.Properties.TryGetValue(PlainKeyAnalyzer.Slot, out var slot) && slot is not null)
                Register($"Make `{name}` the Secret that pays: [ApiKey]", slot, nameof(PlainKeyFix) + MainSlot);

            void Register(string title, string? pays, string key) =>
                context.RegisterCodeFix(CodeAction.Create(title, _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(node, Fixed(node, pays)!))), key), diagnostic);
        }
    }

    private static SyntaxNode? Fixed(SyntaxNode node, string? slot) => node switch
    {
        ParameterSyntax { Type: { } type } parameter when IsText(type) => Marked(parameter, slot)
            .WithType(SecretLike(type, parameter.Default is not null))
            .WithDefault(parameter.Default?.WithValue(SyntaxFactory.LiteralExpression(SyntaxKind.NullLiteralExpression))),
        PropertyDeclarationSyntax property when IsText(property.Type) && property.ExpressionBody is null => WithoutInitializer(Marked(property, slot)
            .WithType(SecretLike(property.Type, property.Initializer is not null))),
        _ => null,
    };

    private static bool IsText(TypeSyntax type) => (type is NullableTypeSyntax nullable ? nullable.ElementType : type) is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.StringKeyword } or IdentifierNameSyntax { Identifier.ValueText: "String" };

    /// <summary>What had a text to begin with begins with nothing.</summary>
    private static TypeSyntax SecretLike(TypeSyntax text, bool mayBeAbsent)
    {
        TypeSyntax secret = SyntaxFactory.ParseTypeName("global::KeyedWorkflows.Secret").WithAdditionalAnnotations(Simplifier.Annotation);
        return (text is NullableTypeSyntax || mayBeAbsent ? SyntaxFactory.NullableType(secret) : secret).WithTriviaFrom(text);
    }

    private static PropertyDeclarationSyntax WithoutInitializer(PropertyDeclarationSyntax property) => property.Initializer is null
        ? property
        : property.WithInitializer(null).WithSemicolonToken(default).WithTrailingTrivia(property.SemicolonToken.TrailingTrivia);

    private static ParameterSyntax Marked(ParameterSyntax parameter, string? slot) => slot is null
        ? parameter
        : parameter.WithoutLeadingTrivia().WithAttributeLists(parameter.AttributeLists.Insert(0, Mark(slot).WithLeadingTrivia(parameter.GetLeadingTrivia()).WithTrailingTrivia(SyntaxFactory.Space)));

    private static PropertyDeclarationSyntax Marked(PropertyDeclarationSyntax property, string? slot)
    {
        if (slot is null)
            return property;
        var mark = Mark(slot).WithLeadingTrivia(property.GetLeadingTrivia()).WithTrailingTrivia(SyntaxFactory.ElasticCarriageReturnLineFeed);
        property = property.WithLeadingTrivia(Indentation(property));
        return property.WithAttributeLists(property.AttributeLists.Insert(0, mark));
    }

    private static SyntaxTriviaList Indentation(SyntaxNode node)
    {
        var trivia = node.GetLeadingTrivia();
        return trivia.Count > 0 && trivia[trivia.Count - 1].IsKind(SyntaxKind.WhitespaceTrivia) ? SyntaxFactory.TriviaList(trivia[trivia.Count - 1]) : default;
    }

    private static AttributeListSyntax Mark(string slot)
    {
        var name = SyntaxFactory.ParseName("global::KeyedWorkflows.ApiKey").WithAdditionalAnnotations(Simplifier.Annotation);
        var arguments = slot == MainSlot
            ? null
            : SyntaxFactory.AttributeArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.AttributeArgument(SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(slot)))));
        return SyntaxFactory.AttributeList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Attribute(name, arguments)));
    }
}
