using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.CodeFixes;

/// <summary>Makes the edits of many diagnostics at once. What two of them change in the same way is changed once; of two that change the same text differently, the first is made. Over a whole solution nothing is chosen that is as good as another.</summary>
internal sealed class AllEdits : FixAllProvider
{
    public static AllEdits Instance { get; } = new();

    /// <inheritdoc/>
    public override async Task<CodeAction?> GetFixAsync(FixAllContext fixAllContext)
    {
        if (fixAllContext.CodeFixProvider is not EditFix fix)
            return null;
        var edits = new List<Edit>();
        foreach (var document in DocumentsOf(fixAllContext))
        {
            foreach (var diagnostic in await fixAllContext.GetDocumentDiagnosticsAsync(document).ConfigureAwait(false))
            {
                foreach (var edit in await fix.FindAsync(document, diagnostic, fixAllContext.CancellationToken).ConfigureAwait(false))
                {
                    if (edit.Key == fixAllContext.CodeActionEquivalenceKey && !(edit.IsOneOfSeveral && fixAllContext.Scope == FixAllScope.Solution))
                        edits.Add(edit);
                }
            }
        }
        return edits.Count == 0 ? null : CodeAction.Create(edits[0].Title, ct => ApplyAsync(fixAllContext.Solution, edits, ct), fixAllContext.CodeActionEquivalenceKey);
    }

    /// <summary>Makes some edits.</summary>
    public static async Task<Solution> ApplyAsync(Solution solution, IReadOnlyList<Edit> edits, CancellationToken ct)
    {
        var byDocument = new Dictionary<DocumentId, List<TextChange>>();
        foreach (var edit in edits)
        {
            if (!byDocument.TryGetValue(edit.Document.Id, out var changes))
                byDocument.Add(edit.Document.Id, changes = []);

            // All of an edit or nothing: half of it would be wrong.
            if (!Clash(changes, edit.Changes))
                changes.AddRange(edit.Changes.Where(change => !changes.Contains(change)));
        }
        foreach (var pair in byDocument)
        {
            if (solution.GetDocument(pair.Key) is not { } document)
                continue;
            var text = await document.GetTextAsync(ct).ConfigureAwait(false);

            // What is put in at one place keeps its order.
            solution = solution.WithDocumentText(pair.Key, text.WithChanges(pair.Value.OrderBy(static change => change.Span)));
        }
        return solution;
    }

    private static bool Clash(List<TextChange> made, ImmutableArray<TextChange> changes)
    {
        foreach (var change in changes)
        {
            foreach (var other in made)
            {
                if (change != other && (change.Span.OverlapsWith(other.Span) || (!change.Span.IsEmpty && change.Span.Start < other.Span.Start && other.Span.Start < change.Span.End) || (!other.Span.IsEmpty && other.Span.Start < change.Span.Start && change.Span.Start < other.Span.End)))
                    return true;
            }
        }
        return false;
    }

    private static IEnumerable<Document> DocumentsOf(FixAllContext context) => context.Scope switch
    {
        FixAllScope.Document when context.Document is { } document => [document],
        FixAllScope.Project => context.Project.Documents,
        FixAllScope.Solution => context.Solution.Projects.SelectMany(static project => project.Documents),
        _ => [],
    };
}
