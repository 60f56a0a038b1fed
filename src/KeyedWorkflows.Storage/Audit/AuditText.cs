using System.Globalization;
using System.Text;

namespace KeyedWorkflows.Storage;

/// <summary>Texts of callers as the audit keeps them: of bounded length, without what a terminal, a log or a reader could take amiss, and without what looks like a key. To do it twice changes nothing.</summary>
internal static class AuditText
{
    public const int MaxLength = 128;

    private const string Withheld = "(withheld: it looks like a key)";

    /// <summary>The text, cut and escaped: what is neither letter, mark, digit, punctuation, symbol nor a plain space stands as <c>\u{…}</c>.</summary>
    public static string Of(string? text, string otherwise)
    {
        if (string.IsNullOrWhiteSpace(text))
            return otherwise;
        if (KeyFormats.LooksLikeKey(text))
            return Withheld;
        var shown = new StringBuilder(Math.Min(text.Length, MaxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            var piece = IsPlain(rune) ? rune.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}");
            if (shown.Length + piece.Length > MaxLength)
                break;
            shown.Append(piece);
        }
        return shown.ToString();
    }

    public static string? OfOptional(string? text) => text is null ? null : Of(text, "");

    private static bool IsPlain(Rune rune) => rune.Value == ' ' || (rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator));
}
