using System.Collections.Immutable;
using System.Composition;
using KeyedWorkflows.Analyzers;
using KeyedWorkflows.Analyzers.Keys;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.CodeFixes;

/// <summary>Takes a key out of the source (KW2001): where a run is given it, a profile of the project's list pays; elsewhere it comes from configuration.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class TakeKeyFix : EditFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.HardCodedKey.Id];

    /// <inheritdoc/>
    internal override async Task<IReadOnlyList<Edit>> FindAsync(Document document, Diagnostic diagnostic, CancellationToken ct)
    {
        // The whole of a value: of a text that a key is part of, the rest would have to be kept.
        if (!KeyProperties.IsWhole(diagnostic.Properties)
            || await Syntax.NodeAsync(document, diagnostic.Location.SourceSpan, ct).ConfigureAwait(false) is not ExpressionSyntax expression
            || await document.GetSemanticModelAsync(ct).ConfigureAwait(false) is not { } model)
            return [];
        var edits = new List<Edit>();
        if (CredentialOf(expression, model, ct) is { } credential)
        {
            foreach (var profile in Choices(diagnostic))
                edits.Add(new($"Take it from the profile \"{profile}\"", "profile " + profile, document, credential.Span, $"\"{profile}\""));
        }
        if (Setting(expression, model, KeyProperties.Setting(diagnostic.Properties), ct) is { } setting && CanBeRead(expression, out var constant))
        {
            var changes = ImmutableArray.CreateBuilder<TextChange>();
            if (constant is { } declared)
                changes.Add(declared);
            changes.Add(new(expression.Span, NeedsParentheses(expression) ? $"({setting})" : setting));
            edits.Add(new("Take it from configuration", "configuration", document, changes.ToImmutable()));
        }
        return edits;
    }

    /// <summary>The expression that gives a run its credential: the key itself, or <c>Credential.ApiKey(…)</c> around it.</summary>
    private static ExpressionSyntax? CredentialOf(ExpressionSyntax expression, SemanticModel model, CancellationToken ct)
    {
        for (SyntaxNode? node = expression; node is ExpressionSyntax or ArgumentSyntax or ArgumentListSyntax; node = node.Parent)
        {
            if (node is ExpressionSyntax around && IsCredential(model.GetTypeInfo(around, ct).ConvertedType))
                return around;
        }
        return null;
    }

    private static bool IsCredential(ITypeSymbol? type) => type is { Name: "Credential", ContainingNamespace: { Name: "KeyedWorkflows", ContainingNamespace.IsGlobalNamespace: true } };

    /// <summary>What reads the setting: the configuration that is at hand, else the environment, which every host's configuration reads too.</summary>
    private static string? Setting(ExpressionSyntax expression, SemanticModel model, string? setting, CancellationToken ct)
    {
        if (setting is null || model.GetTypeInfo(expression, ct).Type?.SpecialType != SpecialType.System_String)
            return null;
        foreach (var symbol in model.LookupSymbols(expression.SpanStart))
        {
            var type = symbol switch
            {
                IParameterSymbol parameter => parameter.Type,
                ILocalSymbol local when local.Locations[0].SourceSpan.End < expression.SpanStart => local.Type,
                IFieldSymbol { IsStatic: false } field when IsInInstance(expression) => field.Type,
                IPropertySymbol { IsStatic: false } property when IsInInstance(expression) => property.Type,
                _ => null,
            };
            if (type is not null && IsConfiguration(type))
                return $"{symbol.Name}[\"{setting}\"]!";
        }
        var variable = setting.Replace(":", "__");
        return $"System.Environment.GetEnvironmentVariable(\"{variable}\")!";
    }

    private static bool IsInInstance(ExpressionSyntax expression) =>
        expression.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member and not FieldDeclarationSyntax && !member.Modifiers.Any(SyntaxKind.StaticKeyword);

    private static bool IsConfiguration(ITypeSymbol type)
    {
        if (Is(type))
            return true;
        foreach (var implemented in type.AllInterfaces)
        {
            if (Is(implemented))
                return true;
        }
        return false;

        static bool Is(ITypeSymbol one) => one is { Name: "IConfiguration", ContainingNamespace: { Name: "Configuration", ContainingNamespace: { Name: "Extensions", ContainingNamespace.Name: "Microsoft" } } };
    }

    /// <summary>Whether the place takes what is known when the program runs. A constant field can be a read-only one instead.</summary>
    private static bool CanBeRead(ExpressionSyntax expression, out TextChange? constant)
    {
        constant = null;
        foreach (var node in expression.Ancestors())
        {
            switch (node)
            {
                case AttributeSyntax or ParameterSyntax or SwitchLabelSyntax or PatternSyntax or EnumMemberDeclarationSyntax:
                    return false;
                case LocalDeclarationStatementSyntax { IsConst: true } local:
                    constant = new(TextSpan.FromBounds(local.Modifiers[0].SpanStart, local.Declaration.SpanStart), "");
                    return local.Declaration.Variables.Count == 1 && local.Modifiers.Count == 1;
                case FieldDeclarationSyntax field:
                    foreach (var modifier in field.Modifiers)
                    {
                        if (modifier.IsKind(SyntaxKind.ConstKeyword))
                            constant = new(modifier.Span, "static readonly");
                    }
                    return field.Declaration.Variables.Count == 1;
                case AnonymousFunctionExpressionSyntax or StatementSyntax or MemberDeclarationSyntax:
                    return true;
            }
        }
        return true;
    }

    private static bool NeedsParentheses(ExpressionSyntax expression) => expression.Parent is MemberAccessExpressionSyntax access && access.Expression == expression;
}
