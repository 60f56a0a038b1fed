using System.Globalization;

namespace KeyedWorkflows;

/// <summary>Characters that show nothing themselves, and change how what stands beside them is shown: controls, ends of lines, marks of direction, tags. In a name or on a terminal they deceive.</summary>
internal static class HiddenCharacters
{
    /// <summary>Tags of Unicode, and selectors of variants: this is the first half of each.</summary>
    private const char Tags = '\uDB40';

    public static bool IsOne(char c) => c switch
    {
        < '\u007F' => c < ' ',

        // They join letters, in scripts that need it.
        '\u200C' or '\u200D' => false,
        Tags => true,
        _ => CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator,
    };

    public static bool AreIn(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (IsOne(c))
                return true;
        }
        return false;
    }
}
