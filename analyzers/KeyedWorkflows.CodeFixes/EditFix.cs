using System.Collections.Immutable;
using KeyedWorkflows.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace KeyedWorkflows.CodeFixes;

/// <summary>A fix whose edits are few and exact, so that all of a document or project are made in one pass.</summary>
public abstract class EditFix : CodeFixProvider
{
    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => AllEdits.Instance;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (var diagnostic in context.Diagnostics)
        {
            foreach (var edit in await FindAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false))
                context.RegisterCodeFix(CodeAction.Create(edit.Title, ct => AllEdits.ApplyAsync(context.Document.Project.Solution, [edit], ct), edit.Key), diagnostic);
        }
    }

    /// <summary>The ways to mend a diagnostic, the best first; none where it is not certain that one is right.</summary>
    internal abstract Task<IReadOnlyList<Edit>> FindAsync(Document document, Diagnostic diagnostic, CancellationToken ct);

    /// <summary>What the analyzer says that can be written instead.</summary>
    private protected static string[] Choices(Diagnostic diagnostic) => FixChoices.Read(diagnostic.Properties);
}
