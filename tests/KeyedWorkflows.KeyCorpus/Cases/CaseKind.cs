namespace KeyedWorkflows.KeyCorpus.Cases;

/// <summary>Cases that try the same thing: a section of a <c>.forms</c> file.</summary>
/// <param name="Count">How many are drawn.</param>
/// <param name="Formats">What the keys look like; empty where the form's context decides.</param>
/// <param name="Value">What only looks like a key; empty where the forms say it themselves.</param>
/// <param name="Literal">How the key is spelled; empty for the usual ways.</param>
/// <param name="FormsOf">Further kinds whose forms are drawn from.</param>
/// <param name="FileNames">For settings; empty for C#.</param>
internal sealed record CaseKind(
    string Name,
    int Count,
    bool IsPositive,
    bool Counts,
    string Formats,
    string Value,
    string Literal,
    IReadOnlyList<string> FormsOf,
    IReadOnlyList<string> FileNames,
    IReadOnlyList<Form> Forms);
