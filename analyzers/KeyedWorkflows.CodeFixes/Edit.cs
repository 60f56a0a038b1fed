using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.CodeFixes;

/// <summary>A way to mend one diagnostic: some changes of text.</summary>
/// <param name="Title">What the user reads.</param>
/// <param name="Key">The same for the fixes of other diagnostics that belong together: Fix All takes them at once.</param>
/// <param name="Document">What is changed.</param>
/// <param name="Changes">The changes.</param>
internal sealed record Edit(string Title, string Key, Document Document, ImmutableArray<TextChange> Changes)
{
    /// <summary>The key of a fix beside which there is no other.</summary>
    public const string Only = "only";

    /// <summary>Others are as good, such as another client's profile: which is meant is the author's to say, and never taken for the whole of a solution, which is what <c>dotnet format</c> asks for without asking anybody.</summary>
    public bool IsOneOfSeveral { get; init; }

    public Edit(string title, string key, Document document, TextSpan span, string text)
        : this(title, key, document, [new(span, text)])
    {
    }
}
