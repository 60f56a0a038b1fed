using System.Security.Cryptography;

namespace KeyedWorkflows.EndToEnd.Tests.Canaries;

/// <summary>A key that is drawn for one test. No window of its random part occurs by chance: in whole words, numbers or identifiers.</summary>
/// <param name="Name">Whose key it is, for what a failed test says.</param>
/// <param name="Key">The key.</param>
internal sealed record Canary(string Name, string Key)
{
    /// <summary>So short that the ends of a key, as providers show them, hold a window.</summary>
    private const string Prefix = "k";

    private const string Letters = "ghjkmnpqrstuvwxyzGHJKMNPQRSTUVWXYZ";

    /// <summary>Each is written in another way in JSON, in an address, or in a page.</summary>
    private const string Signs = "+/=&<>'%\"\\`#";

    public string Random => Key[Prefix.Length..];

    /// <summary>A key with signs that encodings change: every third character is one.</summary>
    public static Canary WithSigns(string name) => Draw(name, static i => i % 3 == 2 ? Signs : Letters);

    /// <summary>A key of letters and digits in turn.</summary>
    public static Canary OfLetters(string name) => Draw(name, static i => i % 2 == 0 ? Letters : "0123456789");

    /// <summary>A key that passes for the name of a profile.</summary>
    public static Canary LikeName(string name) => Draw(name, static i => i % 2 == 0 ? "ghjkmnpqrstuvwxyz" : "0123456789");

    public override string ToString() => Name;

    private static Canary Draw(string name, Func<int, string> alphabet) =>
        new(name, Prefix + string.Concat(Enumerable.Range(0, 40).Select(i => RandomNumberGenerator.GetString(alphabet(i), 1))));
}
