using System.Buffers;

namespace KeyedWorkflows;

/// <summary>
/// Tells a model provider's key that was given in the place of a name: such a text is refused, and never repeated.
/// Sources: the key formats that the providers document. Words that merely begin like a key (<c>app-support-client</c>, <c>sk-client-2024</c>) are names.
/// </summary>
internal static class KeyFormats
{
    /// <summary>No format is shorter than this, and most names are.</summary>
    private const int ShortestKey = 20;

    /// <summary>A random text changes often between lower case, upper case and digits; words and years do so a few times at most.</summary>
    private const int RandomChanges = 6;

    /// <summary>Enough changes where there is another sign: both cases, or more digits than a date has.</summary>
    private const int SuspectChanges = 3;

    private const int DigitsOfDate = 8;

    /// <summary>Prefixes that are followed by a random part of at least so many letters, digits, <c>-</c> and <c>_</c>.</summary>
    private static readonly (string Prefix, int Shortest)[] Prefixes =
    [
        ("sk-", 20), ("sk_", 20), ("gsk_", 40), ("xai-", 40), ("hf_", 30), ("pplx-", 40), ("r8_", 30), ("nvapi-", 40), ("csk-", 40), ("tgp_v1_", 30),
        ("lsv2_", 30), ("pcsk_", 40), ("dapi", 32), ("wandb_v1_", 40), ("aizasy", 30), ("aq.ab8rn6", 30), ("pa-", 43), ("bedrock-api-key-", 20), ("absk", 60),
    ];

    /// <summary>Prefixes that are also everyday words, or are followed by letters alone: what follows must have exactly this length.</summary>
    private static readonly (string Prefix, int Length, bool LettersAlone)[] Exact =
    [
        ("app-", 24, false), ("app-", 43, false), ("app-", 64, false), ("adm-", 43, false), ("adm-", 64, false), ("dataset-", 24, false), ("fw_", 24, false), ("fw_", 40, false),
        ("hf_", 34, true), ("api_org_", 34, true),
    ];

    private static readonly SearchValues<string> Marks = SearchValues.Create(["T3BlbkFJ", "JQQJ99"], StringComparison.OrdinalIgnoreCase);

    public static bool LooksLikeKey(string text) => text.Length >= ShortestKey && LooksLikeKey(text.AsSpan());

    private static bool LooksLikeKey(ReadOnlySpan<char> text)
    {
        if (text.ContainsAny(Marks))
            return true;

        // A key may stand behind a word ("client_sk-proj-…"), but not within one ("task-…").
        for (var start = 0; text.Length - start >= ShortestKey; start++)
        {
            if (start > 0 && char.IsAsciiLetterOrDigit(text[start - 1]))
                continue;
            var rest = text[start..];
            if (BeginsAsKey(rest) || IsAmazonKey(rest))
                return true;
        }
        return false;
    }

    private static bool BeginsAsKey(ReadOnlySpan<char> text)
    {
        foreach (var (prefix, shortest) in Prefixes)
        {
            if (text.Length - prefix.Length >= shortest && text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && IsRandom(text[prefix.Length..]))
                return true;
        }
        foreach (var (prefix, length, lettersAlone) in Exact)
        {
            if (text.Length - prefix.Length == length && text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
                && (lettersAlone ? IsUnbroken(text[prefix.Length..]) : IsRandom(text[prefix.Length..])))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Upper case only: in lower case these are the beginnings of words, such as <c>asia</c>.</summary>
    private static bool IsAmazonKey(ReadOnlySpan<char> text)
    {
        if (text.Length != 20 || text is not (['A', 'K' or 'S', 'I', 'A', ..] or ['A', 'B', 'I', 'A', ..] or ['A', 'C', 'C', 'A', ..] or ['A', '3', 'T', ..]))
            return false;
        foreach (var c in text[4..])
        {
            if (!char.IsAsciiLetterUpper(c) && c is not (>= '2' and <= '7'))
                return false;
        }
        return true;
    }

    private static bool IsUnbroken(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c))
                return false;
        }
        return true;
    }

    private static bool IsRandom(ReadOnlySpan<char> text)
    {
        var changes = Changes(text);
        return changes >= RandomChanges || (changes >= SuspectChanges && (IsOfBothCases(text) || DigitsIn(text) > DigitsOfDate));
    }

    private static bool IsOfBothCases(ReadOnlySpan<char> text) => text.ContainsAnyInRange('a', 'z') && text.ContainsAnyInRange('A', 'Z');

    private static int DigitsIn(ReadOnlySpan<char> text)
    {
        var digits = 0;
        foreach (var c in text)
            digits += char.IsAsciiDigit(c) ? 1 : 0;
        return digits;
    }

    /// <summary>How often neighbouring characters are of different kinds (lower case, upper case, digit). A separator is not a change: <c>q3-2024</c> has one.</summary>
    private static int Changes(ReadOnlySpan<char> text)
    {
        var changes = 0;
        var before = 0;
        foreach (var c in text)
        {
            var kind = char.IsAsciiLetterLower(c) ? 1 : char.IsAsciiLetterUpper(c) ? 2 : char.IsAsciiDigit(c) ? 3 : 0;
            if (kind != 0 && before != 0 && kind != before)
                changes++;
            before = kind;
        }
        return changes;
    }
}
