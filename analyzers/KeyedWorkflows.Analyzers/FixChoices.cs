using System.Collections.Immutable;

namespace KeyedWorkflows.Analyzers;

/// <summary>
/// What a diagnostic hands to its fix: what can be written instead, the best first. Names and code of the project, and names of profiles that it lists; never what was written in their place, because diagnostics go where sources
/// do not.
/// </summary>
internal static class FixChoices
{
    /// <summary>More would bury the one that is meant.</summary>
    private const int Most = 5;

    private const string Property = "choices";
    private static readonly ImmutableDictionary<string, string?> None = ImmutableDictionary<string, string?>.Empty;

    public static ImmutableDictionary<string, string?> Of(IReadOnlyList<string> choices)
    {
        if (choices.Count == 0)
            return None;
        var shown = new List<string>();
        for (var i = 0; i < choices.Count && i < Most; i++)
            shown.Add(choices[i]);
        return None.Add(Property, string.Join("\n", shown));
    }

    public static string[] Read(ImmutableDictionary<string, string?> properties) => properties.TryGetValue(Property, out var text) && text is not null ? text.Split('\n') : [];
}
