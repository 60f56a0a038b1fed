using System.Text;

namespace KeyedWorkflows.Cli.Output;

/// <summary>Text of callers and providers, fit for a terminal: what would move its cursor, or reorder what stands there, is shown as a dot.</summary>
internal static class Printable
{
    public static string Of(string text)
    {
        var first = 0;
        while (first < text.Length && !HiddenCharacters.IsOne(text[first]))
            first++;
        if (first == text.Length)
            return text;
        var clean = new StringBuilder(text.Length).Append(text, 0, first);
        foreach (var c in text.AsSpan(first))
            clean.Append(HiddenCharacters.IsOne(c) ? '·' : c);
        return clean.ToString();
    }

    /// <summary>The same for a text of several lines.</summary>
    public static string OfLines(string text) => string.Join('\n', text.Split('\n').Select(static line => Of(line.Replace("\t", "    ", StringComparison.Ordinal))));
}
