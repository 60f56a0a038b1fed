namespace KeyedWorkflows.KeyCorpus.Cases;

/// <summary>A file with its label.</summary>
/// <param name="Kind">What it tries: the place of a key, or what only looks like one.</param>
/// <param name="Format">The shape of the key; empty for a negative.</param>
/// <param name="Line">Where the key stands, from 1; 0 for a negative. Of a key in pieces, the place where they are put together.</param>
/// <param name="Lines">All lines that hold the key or a piece of it. A report on one of them, or within the statement or member around <paramref name="Line"/>, is right.</param>
/// <param name="Counts">False for what is open to argument or left out on purpose, such as comments: shown, not counted.</param>
internal sealed record KeyCase(
    string Id,
    string Kind,
    string Format,
    string FileName,
    string Text,
    bool IsPositive,
    int Line,
    IReadOnlyList<int> Lines,
    bool Counts,
    string Note)
{
    public bool IsCSharp => FileName.EndsWith(".cs", StringComparison.Ordinal);

    /// <summary>Its place below the folder of a dump, and as a path of a compilation.</summary>
    public string Path => Id + "/" + FileName;
}
