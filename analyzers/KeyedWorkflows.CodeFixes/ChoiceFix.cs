using System.Collections.Immutable;
using System.Composition;
using KeyedWorkflows.Analyzers;
using KeyedWorkflows.Generators.Graph;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.CodeFixes;

/// <summary>
/// Writes what the parser found that could be meant: another name in the place of one that is none, or the attribute that is missing at a parameter, a class or a step. What stands at the diagnostic's place says which of them it is.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class ChoiceFix : EditFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } =
        [Rules.NoCredentialProfile.Id, Rules.UnknownSlot.Id, Rules.UnusedSlot.Id, Rules.NoProducer.Id, Rules.AmbiguousProducer.Id, Rules.Tool.Id, Rules.SubWorkflow.Id, Rules.Condition.Id, Rules.Unmarked.Id];

    /// <inheritdoc/>
    internal override async Task<IReadOnlyList<Edit>> FindAsync(Document document, Diagnostic diagnostic, CancellationToken ct)
    {
        var edits = new List<Edit>();
        var choices = Choices(diagnostic);
        if (choices.Length == 0 || await Syntax.NodeAsync(document, diagnostic.Location.SourceSpan, ct).ConfigureAwait(false) is not { } node)
            return edits;
        // An attribute without arguments is no longer than its name.
        if (node is NameSyntax { Parent: AttributeSyntax bare } && bare.Span == node.Span)
            node = bare;
        var text = await document.GetTextAsync(ct).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(ct).ConfigureAwait(false);
        foreach (var choice in choices)
        {
            if (Find(diagnostic.Id, node, choice, text, model) is var (title, change))
                edits.Add(new(title, choices.Length == 1 ? Edit.Only : choice, document, [change]) { IsOneOfSeveral = choices.Length > 1 });
        }
        return edits;
    }

    private static (string Title, TextChange Change)? Find(string rule, SyntaxNode node, string choice, SourceText text, SemanticModel? model) => node switch
    {
        TypeOfExpressionSyntax { Parent: AttributeArgumentSyntax { Parent: AttributeArgumentListSyntax arguments } } when rule == Rules.SubWorkflow.Id => Map(arguments, choice),
        ExpressionSyntax expression => ($"Write {choice}", new(expression.Span, choice)),
        ParameterSyntax parameter when rule == Rules.NoCredentialProfile.Id => parameter.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type ? OnClass(type, choice, text, model) : null,
        ParameterSyntax parameter => ($"Mark it [{choice}]", Syntax.AttributeOn(parameter, Written(choice, parameter, model))),
        TypeDeclarationSyntax type when choice.StartsWith(OutputProof.OutputMark, StringComparison.Ordinal) => OnStep(type, choice.Substring(OutputProof.OutputMark.Length), text, model),
        TypeDeclarationSyntax type => OnClass(type, choice, text, model),
        AttributeSyntax attribute when rule == Rules.UnusedSlot.Id => ($"Remove the slot \"{choice}\"", Syntax.Without(attribute, text)),
        AttributeSyntax attribute => ($"Name {choice}", Named(attribute, choice)),
        _ => null,
    };

    private static (string, TextChange) OnClass(TypeDeclarationSyntax type, string mark, SourceText text, SemanticModel? model) =>
        ($"Mark `{type.Identifier.ValueText}` [{mark}]", Syntax.AttributeOn(type, Written(mark, type, model), text));

    private static (string, TextChange)? OnStep(TypeDeclarationSyntax type, string step, SourceText text, SemanticModel? model)
    {
        MethodDeclarationSyntax? found = null;
        foreach (var member in type.Members)
        {
            if (member is not MethodDeclarationSyntax method || method.Identifier.ValueText != step)
                continue;
            if (found is not null)
                return null;
            found = method;
        }
        return found is null ? null : ($"Mark `{step}` [Output]", Syntax.AttributeOn(found, Written("Output", found, model), text));
    }

    /// <summary>An attribute as it is written at a place: with its namespace where the name alone means nothing there, or something else.</summary>
    private static string Written(string attribute, SyntaxNode place, SemanticModel? model)
    {
        var end = attribute.IndexOf('(');
        var name = end < 0 ? attribute : attribute.Substring(0, end);
        foreach (var symbol in model?.LookupNamespacesAndTypes(place.SpanStart, name: name + "Attribute") ?? [])
        {
            if (symbol is INamedTypeSymbol { ContainingNamespace: { Name: "KeyedWorkflows", ContainingNamespace.IsGlobalNamespace: true } })
                return attribute;
        }
        return "KeyedWorkflows." + attribute;
    }

    /// <summary>An attribute that means a slot and names none.</summary>
    private static TextChange Named(AttributeSyntax attribute, string slot) => attribute.ArgumentList switch
    {
        null => new(new(attribute.Name.Span.End, 0), $"({slot})"),
        { Arguments.Count: 0 } list => new(list.Span, $"({slot})"),
        { } list => new(new(list.OpenParenToken.Span.End, 0), $"{slot}, "),
    };

    /// <summary>Says which slot pays for one of a sub-workflow's.</summary>
    private static (string, TextChange)? Map(AttributeArgumentListSyntax arguments, string pair)
    {
        var title = $"Say Slots = [{pair}]";
        foreach (var argument in arguments.Arguments)
        {
            if (argument.NameEquals?.Name.Identifier.ValueText != "Slots")
                continue;
            return argument.Expression is CollectionExpressionSyntax { Elements: { Count: > 0 } elements } ? (title, new(new(elements[elements.Count - 1].Span.End, 0), $", {pair}")) : null;
        }
        return (title, new(new(arguments.Arguments[arguments.Arguments.Count - 1].Span.End, 0), $", Slots = [{pair}]"));
    }
}
