using System.Collections.Immutable;
using System.Composition;
using KeyedWorkflows.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.CodeFixes;

/// <summary>Names a profile that the project has (KW1005), or one that the slot takes (KW1006), where the name stands as a literal. A constant is used elsewhere, too.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class ProfileNameFix : EditFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.UnknownProfile.Id, Rules.OtherProvider.Id];

    /// <inheritdoc/>
    internal override async Task<IReadOnlyList<Edit>> FindAsync(Document document, Diagnostic diagnostic, CancellationToken ct)
    {
        var choices = Choices(diagnostic);
        if (choices.Length == 0 || await Syntax.NodeAsync(document, diagnostic.Location.SourceSpan, ct).ConfigureAwait(false) is not ExpressionSyntax named || named.Span != diagnostic.Location.SourceSpan || !Syntax.IsOfLiterals(named))
            return [];
        return Array.ConvertAll(choices, name => new Edit($"Name the profile \"{name}\"", choices.Length == 1 ? Edit.Only : name, document, named.Span, SymbolDisplay.FormatLiteral(name, quote: true)) { IsOneOfSeveral = choices.Length > 1 });
    }
}
