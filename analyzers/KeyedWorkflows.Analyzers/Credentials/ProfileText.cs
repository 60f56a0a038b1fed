using KeyedWorkflows.Analyzers.Keys;
using KeyedWorkflows.Generators.Keys;
using KeyedWorkflows.Generators.Parsing;

namespace KeyedWorkflows.Analyzers.Credentials;

/// <summary>Tells names of profiles from what may be a key in the place of one: that is never repeated, and KW2001's to report.</summary>
internal static class ProfileText
{
    /// <summary>No key of a provider is shorter, but for those that a rule knows.</summary>
    private const int ShortestKey = 20;

    /// <summary>Whether a text follows the grammar of profiles' names, and is no key as far as that can be told.</summary>
    public static bool IsName(string text) => Names.IsProfileName(text) && !MayBeKey(text);

    /// <summary>Whether a text may be a key: what a rule takes for one, what is random, and what is long and no name.</summary>
    public static bool MayBeKey(string text) =>
        KeyFinder.Find(text) is not null || KeyFinder.FindRandom(text) is not null || (text.Length >= ShortestKey && (!Names.IsProfileName(text) || !ReferenceEquals(KeyText.Without(text), text)));
}
