using System.Collections.Immutable;
using System.Text;
using KeyedWorkflows.Generators.Keys;

namespace KeyedWorkflows.Analyzers.Keys;

/// <summary>What a diagnostic of a key hands to its fix: never anything of the key.</summary>
internal static class KeyProperties
{
    private const string Whole = "whole";
    private const string SettingName = "setting";

    public static ImmutableDictionary<string, string?> Of(FoundKey found, bool isWhole, ImmutableDictionary<string, string?> choices)
    {
        if (isWhole)
            choices = choices.Add(Whole, "true");
        return NameOf(found) is { } name ? choices.Add(SettingName, name) : choices;
    }

    /// <summary>The key is all of the text.</summary>
    public static bool IsWhole(ImmutableDictionary<string, string?> properties) => properties.ContainsKey(Whole);

    /// <summary>The setting that the key could be read from: <c>OpenAI:ApiKey</c>; null where no name is at hand.</summary>
    public static string? Setting(ImmutableDictionary<string, string?> properties) => properties.TryGetValue(SettingName, out var name) ? name : null;

    private static string? NameOf(FoundKey found)
    {
        if (found.Format is { } format)
            return Letters(format.Provider) + ":ApiKey";
        return found.Name is { Length: > 1 } name && ReferenceEquals(KeyText.Without(name), name) && Letters(name) is { Length: > 1 } letters && !char.IsDigit(letters[0]) ? char.ToUpperInvariant(letters[0]) + letters.Substring(1) : null;
    }

    private static string Letters(string text)
    {
        var letters = new StringBuilder();
        foreach (var c in text)
        {
            if (char.IsLetterOrDigit(c))
                letters.Append(c);
        }
        return letters.ToString();
    }
}
