using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.Analyzers.Configuration;

/// <summary>Reads the settings of XML files, with the place of each: <c>&lt;add key="…" value="…" /&gt;</c>, attributes, and elements that hold a text.</summary>
internal static class XmlConfiguration
{
    // By the text, so that a file that is not well-formed (yet) is read too. Each alternative is bounded by what it may not hold, and none repeats another.
    private static readonly Regex Setting = new(
        """
        \b(?:key|name)\s*=\s*(?<q>["'])(?<name>[^"'<>]{1,200})\k<q>\s+(?:value|connectionString)\s*=\s*(?<r>["'])(?<value>(?:(?!\k<r>)[^<>])*)\k<r>|\b(?<name>[\w.:-]{1,200})\s*=\s*(?<r>["'])(?<value>(?:(?!\k<r>)[^<>])*)\k<r>|<(?<name>[\w.:-]{1,200})>(?<value>[^<>]+)</
        """,
        RegexOptions.CultureInvariant,
        TimeSpan.FromSeconds(1));

    /// <summary>The settings, in the order of the file.</summary>
    public static IReadOnlyList<ConfigurationEntry> Read(SourceText text)
    {
        var entries = new List<ConfigurationEntry>();
        try
        {
            foreach (Match match in Setting.Matches(text.ToString()))
            {
                var name = match.Groups["name"];
                var value = match.Groups["value"];
                entries.Add(new(name.Value, value.Value, new TextSpan(name.Index, name.Length), new TextSpan(value.Index, value.Length)));
            }
        }
        catch (RegexMatchTimeoutException)
        {
            // What was read so far stands.
        }
        return entries;
    }
}
