using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.Analyzers.Configuration;

/// <summary>Reads files of one setting a line, with the place of each: <c>NAME=value</c> of environment files, <c>name: value</c> of YAML. What is deeper than that is read as far as a line shows it.</summary>
internal static class LineConfiguration
{
    /// <summary>The settings, in the order of the file.</summary>
    public static IReadOnlyList<ConfigurationEntry> Read(SourceText text)
    {
        var entries = new List<ConfigurationEntry>();
        foreach (var line in text.Lines)
        {
            if (ReadLine(line.ToString(), line.Start) is { } entry)
                entries.Add(entry);
        }
        return entries;
    }

    private static ConfigurationEntry? ReadLine(string line, int start)
    {
        var at = Skip(line, 0, ' ', '\t', '-');
        if (at == line.Length || line[at] is '#' or ';')
            return null;
        if (string.CompareOrdinal(line, at, "export ", 0, "export ".Length) == 0)
            at = Skip(line, at + "export ".Length, ' ');

        // Of YAML the name alone, or all of an element: `"name": value`, `- "NAME=value"`.
        var quote = at < line.Length && line[at] is '"' or '\'' ? line[at++] : '\0';
        var name = at;
        while (at < line.Length && (char.IsLetterOrDigit(line[at]) || line[at] is '_' or '-' or '.'))
            at++;
        var nameEnd = at;
        if (at < line.Length && line[at] == quote)
        {
            at++;
            quote = '\0';
        }
        at = Skip(line, at, ' ', '\t');
        if (nameEnd == name || at == line.Length || line[at] is not ('=' or ':'))
            return null;
        at = Skip(line, at + 1, ' ', '\t');
        var end = line.Length;
        while (end > at && char.IsWhiteSpace(line[end - 1]))
            end--;
        if (quote != '\0' && line.LastIndexOf(quote, end - 1) is var last && last >= at)
            end = last;
        if (at < end && line[at] is '"' or '\'')
        {
            var close = line.IndexOf(line[at], at + 1);
            at++;
            end = close < 0 ? end : close;
        }
        else if (line.IndexOf(" #", at, end - at, StringComparison.Ordinal) is >= 0 and var comment)
        {
            end = comment;
        }
        return new(line.Substring(name, nameEnd - name), line.Substring(at, end - at), TextSpan.FromBounds(start + name, start + nameEnd), TextSpan.FromBounds(start + at, start + end));
    }

    private static int Skip(string line, int at, params char[] skipped)
    {
        while (at < line.Length && Array.IndexOf(skipped, line[at]) >= 0)
            at++;
        return at;
    }
}
