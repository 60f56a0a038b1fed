using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Analyzers;

/// <summary>A workflow by its name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Class">The class, for people.</param>
/// <param name="Location">Where the name is given.</param>
internal sealed record NamedWorkflow(string Name, string Class, Location Location)
{
    /// <summary>By file, then by place in the file.</summary>
    public static int ByPlace(NamedWorkflow one, NamedWorkflow other)
    {
        var byFile = string.CompareOrdinal(one.Location.SourceTree?.FilePath, other.Location.SourceTree?.FilePath);
        if (byFile != 0)
            return byFile;
        var byPlace = one.Location.SourceSpan.Start.CompareTo(other.Location.SourceSpan.Start);
        return byPlace != 0 ? byPlace : string.CompareOrdinal(one.Class, other.Class);
    }
}
