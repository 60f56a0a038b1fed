using System.Text;

namespace KeyedWorkflows.Generators.Keys;

/// <summary>
/// Leaves out of a message what may be a key that an author wrote in the place of a name: build logs, SARIF files and emitted code go where sources do not. Stricter than any rule that reports a key: a word that is left out needlessly
/// stands at the place that the message is about.
/// </summary>
internal static class KeyText
{
    private const int ShortestKey = 20;
    private const int RandomChanges = 6;

    /// <returns>The same message where nothing in it may be a key.</returns>
    public static string Without(string message)
    {
        StringBuilder? shown = null;
        var copied = 0;
        for (var start = 0; start < message.Length; start++)
        {
            var end = start;
            while (end < message.Length && IsOfKey(message[end]))
                end++;
            if (IsRandom(message, start, end))
            {
                (shown ??= new StringBuilder()).Append(message, copied, start - copied).Append('…');
                copied = end;
            }
            start = end;
        }
        return shown is null ? message : shown.Append(message, copied, message.Length - copied).ToString();
    }

    private static bool IsOfKey(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_' or '-';

    /// <summary>Words change between letters and digits a few times at most; and what changes less may still be no word.</summary>
    private static bool IsRandom(string text, int start, int end)
    {
        if (end - start < ShortestKey)
            return false;
        var changes = 0;
        var wasDigit = text[start] is >= '0' and <= '9';
        for (var i = start + 1; i < end; i++)
        {
            var isDigit = text[i] is >= '0' and <= '9';
            changes += isDigit == wasDigit ? 0 : 1;
            wasDigit = isDigit;
        }
        return changes >= RandomChanges || Randomness.IsRandom(text, start, end - start);
    }
}
