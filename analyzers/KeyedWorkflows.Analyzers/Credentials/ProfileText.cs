using KeyedWorkflows.Analyzers.Keys;
using KeyedWorkflows.Generators.Keys;
using KeyedWorkflows.Generators.Parsing;

namespace KeyedWorkflows.Analyzers.Credentials;

/// <summary>Tells names of profiles from what may be a key in the place of one: that is never repeated, and KW2001's to report.</summary>
internal static class ProfileText
{
    /// <summary>Whether a text follows the grammar of profiles' names, and is no key as far as that can be told.</summary>
    public static bool IsName(string text) => Names.IsProfileName(text) && !MayBeKey(text);

    /// <summary>Whether a text may be a key: what is long and no name, random, or of a format of keys.</summary>
    public static bool MayBeKey(string text) =>
        text.Length >= KeyFormats.Shortest && (!Names.IsProfileName(text) || !ReferenceEquals(KeyText.Without(text), text) || KeyFormats.Find(text) is not null || KeyFinder.FindRandom(text) is not null);
}
