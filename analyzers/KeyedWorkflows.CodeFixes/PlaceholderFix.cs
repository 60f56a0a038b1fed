using System.Collections.Immutable;
using System.Composition;
using KeyedWorkflows.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace KeyedWorkflows.CodeFixes;

/// <summary>Writes the placeholder that was meant, at its place in the text (KW3006).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class PlaceholderFix : EditFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.Template.Id];

    /// <inheritdoc/>
    internal override async Task<IReadOnlyList<Edit>> FindAsync(Document document, Diagnostic diagnostic, CancellationToken ct)
    {
        var text = await document.GetTextAsync(ct).ConfigureAwait(false);
        var span = diagnostic.Location.SourceSpan;
        if (Choices(diagnostic) is not [var meant] || span.End > text.Length)
            return [];

        // Where the text is put together of several, its place is the whole of it.
        var written = text.ToString(span);
        return written.StartsWith("{{", StringComparison.Ordinal) && written.EndsWith("}}", StringComparison.Ordinal) && written.IndexOf('"') < 0
            ? [new($"Write {meant}", Edit.Only, document, span, meant)]
            : [];
    }
}
