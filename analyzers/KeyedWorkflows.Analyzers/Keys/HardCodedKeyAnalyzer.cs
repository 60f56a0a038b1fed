using System.Collections.Immutable;
using KeyedWorkflows.Analyzers.Credentials;
using KeyedWorkflows.Generators.Keys;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.Analyzers.Keys;

/// <summary>Reports keys in the sources (KW2001): texts by their value, wherever they stand and however they are put together.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HardCodedKeyAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.HardCodedKey];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(KnownNames.Workflow) is null)
                return;
            var profiles = new Lazy<ImmutableDictionary<string, string?>>(() => ProfilesOf(start.Options));
            start.RegisterSyntaxNodeAction(context => OfLiteral(context, profiles), SyntaxKind.StringLiteralExpression, SyntaxKind.Utf8StringLiteralExpression);
            var declared = DeclaredTexts.Of(start.Compilation, start.CancellationToken);
            start.RegisterSyntaxNodeAction(context => OfPieces(context, declared, profiles), SyntaxKind.AddExpression, SyntaxKind.InterpolatedStringExpression, SyntaxKind.InvocationExpression);
            if (declared.HasRandom)
                start.RegisterSyntaxNodeAction(context => OfReference(context, declared, profiles), SyntaxKind.IdentifierName);
        });
    }

    private static void OfLiteral(SyntaxNodeAnalysisContext context, Lazy<ImmutableDictionary<string, string?>> profiles)
    {
        var literal = (LiteralExpressionSyntax)context.Node;
        if (literal.Token.ValueText is not { Length: >= KeyFinder.ShortestPassword } value || IsPiece(literal))
            return;
        if ((KeyFinder.Find(value) ?? OfNames(value, literal, context.SemanticModel, context.CancellationToken)) is { } found)
            Report(context.ReportDiagnostic, found, PlaceWithin(literal, value, found), value, profiles);
    }

    private static void OfPieces(SyntaxNodeAnalysisContext context, DeclaredTexts declared, Lazy<ImmutableDictionary<string, string?>> profiles)
    {
        var expression = (ExpressionSyntax)context.Node;
        if (!HasText(expression))
        {
            if (expression is BinaryExpressionSyntax sum && IsOfNames(sum, declared))
                OfNamedPieces(context, sum, profiles);
            return;
        }
        if (IsPiece(expression))
            return;
        var folded = FoldedText.Of(expression, context.SemanticModel, declared, context.CancellationToken);
        foreach (var run in folded.Runs)
        {
            if ((KeyFinder.Find(run) ?? (folded.IsWhole ? OfNames(run, expression, context.SemanticModel, context.CancellationToken) : null)) is { } found)
            {
                Report(context.ReportDiagnostic, found, expression.GetLocation(), folded.IsWhole ? run : "", profiles);
                return;
            }
        }
    }

    /// <summary>Constants put together, with no text among them.</summary>
    private static void OfNamedPieces(SyntaxNodeAnalysisContext context, BinaryExpressionSyntax expression, Lazy<ImmutableDictionary<string, string?>> profiles)
    {
        if (!IsPiece(expression)
            && context.SemanticModel.GetConstantValue(expression, context.CancellationToken) is { HasValue: true, Value: string { Length: >= KeyFinder.ShortestPassword } value }
            && (KeyFinder.Find(value) ?? OfNames(value, expression, context.SemanticModel, context.CancellationToken)) is { } found)
            Report(context.ReportDiagnostic, found, expression.GetLocation(), value, profiles);
    }

    /// <summary>A random text whose own name says nothing, where it is used as a key.</summary>
    private static void OfReference(SyntaxNodeAnalysisContext context, DeclaredTexts declared, Lazy<ImmutableDictionary<string, string?>> profiles)
    {
        var name = (IdentifierNameSyntax)context.Node;
        if (!declared.MayBeRandom(name.Identifier.ValueText))
            return;
        ExpressionSyntax expression = name.Parent switch
        {
            MemberAccessExpressionSyntax access when access.Name == name => access,
            MemberBindingExpressionSyntax binding => binding,
            _ => name,
        };
        if (IsPiece(expression) || TellingNames.Of(name.Identifier.ValueText) != Telling.Nothing)
            return;
        var value = context.SemanticModel.GetSymbolInfo(expression, context.CancellationToken).Symbol switch
        {
            IFieldSymbol { HasConstantValue: true, ConstantValue: string constant } => constant,
            ILocalSymbol { HasConstantValue: true, ConstantValue: string constant } => constant,
            IFieldSymbol { IsReadOnly: true, Type.SpecialType: SpecialType.System_String } field => FoldedText.Declared(field, context.CancellationToken),
            ILocalSymbol { Type.SpecialType: SpecialType.System_String } local => FoldedText.Declared(local, context.CancellationToken),
            _ => null,
        };
        if (value is { Length: >= KeyFinder.ShortestPassword }
            && KeyFinder.Find(value) is null
            && OfNames(value, expression, context.SemanticModel, context.CancellationToken) is { } found)
            Report(context.ReportDiagnostic, found, expression.GetLocation(), value, profiles);
    }

    /// <summary>A random value that a name around it tells.</summary>
    private static FoundKey? OfNames(string value, ExpressionSyntax expression, SemanticModel model, CancellationToken cancellationToken) =>
        KeyFinder.FindRandom(value) is { } random && SurroundingNames.FindKey(expression, model, cancellationToken) is { } name && !KeyFinder.IsOnlyToken(value, random, name) ? random with { Name = name } : null;

    private static void Report(Action<Diagnostic> report, FoundKey found, Location place, string value, Lazy<ImmutableDictionary<string, string?>> profiles)
    {
        var isWhole = found.Length == value.Trim().Length;
        report(Diagnostic.Create(Rules.HardCodedKey, place, KeyProperties.Of(found, isWhole, profiles.Value), KeyText.Without(KeyMessages.InSource(found))));
    }

    /// <summary>The names that a run could be given instead.</summary>
    private static ImmutableDictionary<string, string?> ProfilesOf(AnalyzerOptions options)
    {
        var names = new List<string>();
        foreach (var profile in ProfileList.Read(options, CancellationToken.None).Profiles)
            names.Add(profile.Name);
        return FixChoices.Of(names);
    }

    /// <summary>Whether an expression is looked at together with others around it.</summary>
    private static bool IsPiece(SyntaxNode expression)
    {
        var parent = expression.Parent;
        while (parent is ParenthesizedExpressionSyntax)
            parent = parent.Parent;
        return parent switch
        {
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } => true,
            InterpolationSyntax => true,
            ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } => TextCalls.Parts(call) is not null,
            _ => false,
        };
    }

    /// <summary>Whether a sum may be one of constants that are texts: of what else may be added, nothing is asked of the compiler.</summary>
    private static bool IsOfNames(ExpressionSyntax expression, DeclaredTexts declared)
    {
        var hasText = false;
        while (true)
        {
            switch (expression)
            {
                case ParenthesizedExpressionSyntax parenthesized:
                    expression = parenthesized.Expression;
                    continue;
                case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum:
                    hasText |= IsOfNames(sum.Right, declared);
                    expression = sum.Left;
                    continue;
                case SimpleNameSyntax name:
                    return hasText | declared.Has(name.Identifier.ValueText);
                case MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name }:
                    return hasText | declared.Has(name);
                default:
                    return hasText;
            }
        }
    }

    /// <summary>Whether a text stands among the pieces: sums of numbers are not asked of the compiler.</summary>
    private static bool HasText(ExpressionSyntax expression)
    {
        while (true)
        {
            switch (expression)
            {
                case ParenthesizedExpressionSyntax parenthesized:
                    expression = parenthesized.Expression;
                    continue;
                case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum:
                    if (HasText(sum.Right))
                        return true;
                    expression = sum.Left;
                    continue;
                case InvocationExpressionSyntax call:
                    return TextCalls.Parts(call) is not null;
                default:
                    return expression.RawKind is (int)SyntaxKind.StringLiteralExpression or (int)SyntaxKind.Utf8StringLiteralExpression or (int)SyntaxKind.InterpolatedStringExpression;
            }
        }
    }

    /// <summary>In a text of many lines, the key itself; else the literal.</summary>
    private static Location PlaceWithin(LiteralExpressionSyntax literal, string value, FoundKey found)
    {
        var token = literal.Token;
        if (token.Text.IndexOf('\n') < 0)
            return literal.GetLocation();
        var at = token.Text.IndexOf(value.Substring(found.Start, found.Length), StringComparison.Ordinal);
        return at < 0 ? literal.GetLocation() : Location.Create(literal.SyntaxTree, new TextSpan(token.SpanStart + at, found.Length));
    }
}
