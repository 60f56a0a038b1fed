using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace KeyedWorkflows.Storage;

/// <summary>Texts of callers and providers as every database takes them: of bounded length, without NUL and without halves of characters. One that a database refused would hold up all that comes after it.</summary>
internal static class StoredText
{
    private static readonly SearchValues<char> Odd = SearchValues.Create([.. Enumerable.Range(0xD800, 0x800).Select(static code => (char)code), '\0']);

    /// <summary>The text, cut where it is too long.</summary>
    public static string Of(string text, int length)
    {
        if (text.Length > length)
            text = text[..length];
        return text.AsSpan().ContainsAny(Odd) ? Mended(text) : text;
    }

    public static string? OfOptional(string? text, int length) => text is null ? null : Of(text, length);

    /// <summary>The text as something is found by it: two of them are never taken for one another because they were cut.</summary>
    public static string Key(string text, int length) => text.Length <= length
        ? Of(text, length)
        : Of(text, length - 65) + "#" + Convert.ToHexStringLower(SHA256.HashData(Encoding.Unicode.GetBytes(text)));

    /// <summary>An id as it came from a caller: one that cannot be is none of those that are stored.</summary>
    public static string Id(string id) => id.Length <= HistoryContext.MarkLength ? Of(id, HistoryContext.MarkLength) : "";

    private static string Mended(string text)
    {
        var mended = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            mended.Append(rune.Value == 0 ? Rune.ReplacementChar : rune);
        return mended.ToString();
    }
}
