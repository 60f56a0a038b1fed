using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.Analyzers.Configuration;

/// <summary>
/// Reads a JSON file as .NET's configuration does, with the place of each setting: comments and trailing commas are fine. No reader of JSON is at hand in a compiler. What cannot be read ends the reading: the entries so far stand,
/// because a file is looked at while it is being written, too.
/// </summary>
internal sealed class JsonConfiguration
{
    private const int DeepestNesting = 64;

    /// <summary>Of a path: what is longer is data, and each value below it would hold it again.</summary>
    private const int LongestPath = 1024;

    private readonly string text;
    private readonly List<ConfigurationEntry> entries = [];
    private int at;

    private JsonConfiguration(string text) => this.text = text;

    /// <summary>The settings and sections, in the order of the file.</summary>
    public static IReadOnlyList<ConfigurationEntry> Read(string text) => Read(text, out _);

    /// <summary>The settings and sections, in the order of the file.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="isWhole">Whether it was read to its end: what is not there after all may stand in the rest.</param>
    public static IReadOnlyList<ConfigurationEntry> Read(string text, out bool isWhole)
    {
        var reading = new JsonConfiguration(text);
        isWhole = reading.ReadValue("", default, depth: 0);
        return reading.entries;
    }

    /// <returns>Whether the value was read whole.</returns>
    private bool ReadValue(string path, TextSpan name, int depth)
    {
        SkipSpace();
        if (at == text.Length || depth > DeepestNesting)
            return false;
        switch (text[at])
        {
            case '{':
                Add(path, null, name, new TextSpan(at, 1));
                return ReadMembers(path, depth);
            case '[':
                Add(path, null, name, new TextSpan(at, 1));
                return ReadElements(path, depth);
            case '"':
                if (!ReadString(out var value, out var span))
                    return false;
                Add(path, value, name, span);
                return true;
            default:
                return ReadBare(path, name);
        }
    }

    private bool ReadMembers(string path, int depth)
    {
        at++;
        while (true)
        {
            SkipSpace();
            if (at == text.Length)
                return false;
            switch (text[at])
            {
                case '}':
                    at++;
                    return true;
                case ',':
                    at++;
                    continue;
                case '"':
                    if (!ReadString(out var name, out var span))
                        return false;
                    SkipSpace();
                    if (at == text.Length || text[at] != ':')
                        return false;
                    at++;
                    if (!ReadValue(Below(path, name), span, depth + 1))
                        return false;
                    continue;
                default:
                    return false;
            }
        }
    }

    private bool ReadElements(string path, int depth)
    {
        at++;
        for (var i = 0; ;)
        {
            SkipSpace();
            if (at == text.Length)
                return false;
            switch (text[at])
            {
                case ']':
                    at++;
                    return true;
                case ',':
                    at++;
                    i++;
                    continue;
                default:
                    if (!ReadValue(Below(path, i.ToString(CultureInfo.InvariantCulture)), default, depth + 1))
                        return false;
                    continue;
            }
        }
    }

    /// <summary>A number, true, false or null.</summary>
    private bool ReadBare(string path, TextSpan name)
    {
        var start = at;
        while (at < text.Length && text[at] is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '-' or '+' or '.')
            at++;
        if (at == start)
            return false;
        var span = TextSpan.FromBounds(start, at);
        Add(path, text.Substring(span.Start, span.Length), name, span);
        return true;
    }

    private bool ReadString(out string value, out TextSpan span)
    {
        var start = ++at;
        var read = new StringBuilder();
        while (at < text.Length)
        {
            switch (text[at])
            {
                case '"':
                    value = read.ToString();
                    span = TextSpan.FromBounds(start, at++);
                    return true;
                case '\r' or '\n':
                    value = "";
                    span = default;
                    return false;
                case '\\':
                    ReadEscape(read);
                    continue;
                default:
                    read.Append(text[at++]);
                    continue;
            }
        }
        value = "";
        span = default;
        return false;
    }

    private void ReadEscape(StringBuilder read)
    {
        at++;
        if (at == text.Length)
            return;
        var kind = text[at++];
        if (kind == 'u' && at + 4 <= text.Length && ushort.TryParse(text.Substring(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            at += 4;
            read.Append((char)code);
            return;
        }
        read.Append(kind switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', var other => other });
    }

    private void SkipSpace()
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]) || text[at] == '\uFEFF')
                at++;
            else if (StartsWith("//"))
                SkipTo("\n");
            else if (StartsWith("/*"))
                SkipTo("*/");
            else
                return;
        }
    }

    private bool StartsWith(string mark) => string.CompareOrdinal(text, at, mark, 0, mark.Length) == 0;

    private void SkipTo(string mark)
    {
        var end = text.IndexOf(mark, at, StringComparison.Ordinal);
        at = end < 0 ? text.Length : end + mark.Length;
    }

    private void Add(string path, string? value, TextSpan name, TextSpan span)
    {
        if (path.Length > 0)
            entries.Add(new(path, value, name, span));
    }

    private static string Below(string path, string name)
    {
        if (path.Length > LongestPath)
            return path;
        if (name.Length > LongestPath)
            name = name.Substring(0, LongestPath);
        return path.Length == 0 ? name : path + ":" + name;
    }
}
