using System.Text;

namespace KeyedWorkflows.Cli.Output;

/// <summary>Text of callers and providers, fit for a terminal: what would move its cursor, or reorder what stands there, is shown as a dot.</summary>
internal static class Printable
{
    public static string Of(string text)
    {
        var first = 0;
        while (first < text.Length && !IsDangerous(text[first]))
            first++;
        if (first == text.Length)
            return text;
        var clean = new StringBuilder(text.Length).Append(text, 0, first);
        foreach (var c in text.AsSpan(first))
            clean.Append(IsDangerous(c) ? '·' : c);
        return clean.ToString();
    }

    /// <summary>The same for a text of several lines.</summary>
    public static string OfLines(string text) => string.Join('\n', text.Split('\n').Select(static line => Of(line.Replace("\t", "    ", StringComparison.Ordinal))));

    /// <summary>Controls, and the marks of Unicode that turn the direction of writing.</summary>
    private static bool IsDangerous(char c) => char.IsControl(c) || c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' or '\u200E' or '\u200F';
}
