using System.Collections.Immutable;
using System.Composition;
using KeyedWorkflows.Analyzers;
using KeyedWorkflows.Analyzers.Keys;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FindSymbols;
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
        var credential = CredentialOf(expression, model, ct);
        if (credential is not null)
        {
            var profiles = Choices(diagnostic);
            foreach (var profile in profiles)
                edits.Add(new($"Take it from the profile \"{profile}\"", "profile " + profile, document, credential.Span, $"\"{profile}\"") { IsOneOfSeveral = profiles.Length > 1 });
        }
        if (Setting(expression, model, KeyProperties.Setting(diagnostic.Properties), ct) is { } setting && CanBeRead(expression, out var constant)
            && (constant is null || !await IsNeededConstantAsync(document.Project.Solution, model.GetDeclaredSymbol(expression.FirstAncestorOrSelf<VariableDeclaratorSyntax>()!, ct), ct).ConfigureAwait(false)))
        {
            var changes = ImmutableArray.CreateBuilder<TextChange>();
            if (constant is { } declared)
                changes.Add(declared);
            changes.Add(credential is not null && !IsKeyOf(credential)
                ? new(credential.Span, $"{TypeName(model, credential.SpanStart)}.ApiKey({setting})")
                : new(expression.Span, NeedsParentheses(expression) ? $"({setting})" : setting));
            edits.Add(new("Take it from configuration", "configuration", document, changes.ToImmutable()));
        }
        return edits;
    }

    /// <summary>The expression that gives a run its credential: the key itself, or <c>Credential.ApiKey(…)</c> around it. Of a choice, such as <c>name ?? "key"</c>, it is the key.</summary>
    private static ExpressionSyntax? CredentialOf(ExpressionSyntax expression, SemanticModel model, CancellationToken ct)
    {
        for (SyntaxNode? node = expression; node is ExpressionSyntax or ArgumentSyntax or ArgumentListSyntax; node = node.Parent)
        {
            if (node is ExpressionSyntax around && IsCredential(model.GetTypeInfo(around, ct).ConvertedType))
                return around is InvocationExpressionSyntax ? around : expression;
        }
        return null;
    }

    private static bool IsCredential(ITypeSymbol? type) => type is { Name: "Credential", ContainingNamespace: { Name: "KeyedWorkflows", ContainingNamespace.IsGlobalNamespace: true } };

    /// <summary>Whether a credential is made of a key. Elsewhere a text is a profile's name, and a key that is read from configuration would be one, too.</summary>
    private static bool IsKeyOf(ExpressionSyntax credential) =>
        credential is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ApiKey" } or IdentifierNameSyntax { Identifier.ValueText: "ApiKey" } };

    /// <summary>The type as it is written at a place.</summary>
    private static string TypeName(SemanticModel model, int place)
    {
        foreach (var symbol in model.LookupSymbols(place, name: "Credential"))
        {
            if (IsCredential(symbol as ITypeSymbol))
                return "Credential";
        }
        return "KeyedWorkflows.Credential";
    }

    /// <summary>What reads the setting: the configuration that is at hand, else the environment, which every host's configuration reads too.</summary>
    private static string? Setting(ExpressionSyntax expression, SemanticModel model, string? setting, CancellationToken ct)
    {
        if (setting is null || model.GetTypeInfo(expression, ct).Type?.SpecialType != SpecialType.System_String)
            return null;
        var type = IsInInstance(expression) ? model.GetDeclaredSymbol(expression.FirstAncestorOrSelf<TypeDeclarationSyntax>()!, ct) : null;
        foreach (var symbol in model.LookupSymbols(expression.SpanStart))
        {
            var held = symbol switch
            {
                IParameterSymbol parameter => parameter.Type,
                ILocalSymbol { DeclaringSyntaxReferences: [{ Span.End: var end }] } local when end <= expression.SpanStart => local.Type,
                IFieldSymbol { IsStatic: false } field when IsOf(type, field) => field.Type,
                IPropertySymbol { IsStatic: false } property when IsOf(type, property) => property.Type,
                _ => null,
            };
            if (held is not null && IsConfiguration(held))
                return $"{symbol.Name}[\"{setting}\"]!";
        }
        var variable = setting.Replace(":", "__");
        return $"System.Environment.GetEnvironmentVariable(\"{variable}\")!";
    }

    /// <summary>Whether the object is there already: what initializes it, or stands before its constructor's body, has none.</summary>
    private static bool IsInInstance(ExpressionSyntax expression)
    {
        foreach (var node in expression.Ancestors())
        {
            switch (node)
            {
                case ConstructorInitializerSyntax or PrimaryConstructorBaseTypeSyntax or FieldDeclarationSyntax or EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax }:
                case AnonymousFunctionExpressionSyntax { Modifiers: var ofLambda } when ofLambda.Any(SyntaxKind.StaticKeyword):
                case LocalFunctionStatementSyntax { Modifiers: var ofFunction } when ofFunction.Any(SyntaxKind.StaticKeyword):
                    return false;
                case MemberDeclarationSyntax member:
                    return member.Parent is TypeDeclarationSyntax && !member.Modifiers.Any(SyntaxKind.StaticKeyword);
            }
        }
        return false;
    }

    /// <summary>Whether a member is one of the object's own, and not of the type around its own.</summary>
    private static bool IsOf(INamedTypeSymbol? type, ISymbol member)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(type, member.ContainingType))
                return true;
        }
        return false;
    }

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
                case AttributeSyntax or ParameterSyntax or SwitchLabelSyntax or PatternSyntax or EnumMemberDeclarationSyntax or GotoStatementSyntax or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.IsExpression }:
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

    /// <summary>Whether a constant is used where only one can stand, or another is made of it.</summary>
    private static async Task<bool> IsNeededConstantAsync(Solution solution, ISymbol? constant, CancellationToken ct)
    {
        if (constant is null)
            return true;
        foreach (var found in await SymbolFinder.FindReferencesAsync(constant, solution, ct).ConfigureAwait(false))
        {
            foreach (var place in found.Locations)
            {
                var root = await place.Document.GetSyntaxRootAsync(ct).ConfigureAwait(false);
                if (root?.FindNode(place.Location.SourceSpan, getInnermostNodeForTie: true) is not ExpressionSyntax use || !CanBeRead(use, out var made) || made is not null)
                    return true;
            }
        }
        return false;
    }

    private static bool NeedsParentheses(ExpressionSyntax expression) => expression.Parent is MemberAccessExpressionSyntax access && access.Expression == expression;
}
