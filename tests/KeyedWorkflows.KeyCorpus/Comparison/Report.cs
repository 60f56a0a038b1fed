using System.Globalization;
using System.Text;
using KeyedWorkflows.KeyCorpus.Cases;
using KeyedWorkflows.KeyCorpus.Drawing;

namespace KeyedWorkflows.KeyCorpus.Comparison;

/// <summary>The tables of a comparison, in Markdown.</summary>
internal sealed class Report
{
    private readonly IReadOnlyList<KeyCase> cases;
    private readonly IReadOnlyList<ToolResult> tools;
    private readonly Dictionary<(ToolResult, KeyCase), bool> hits = [];

    public Report(IReadOnlyList<KeyCase> cases, IReadOnlyList<ToolResult> tools)
    {
        this.cases = cases;
        this.tools = tools;
        foreach (var tool in tools)
        {
            var found = tool.Findings.ToLookup(f => f.Path);
            foreach (var one in cases)
                hits[(tool, one)] = Judge.IsHit(one, found[one.Path]);
        }
    }

    public string Write()
    {
        var text = new StringBuilder();
        var counted = cases.Where(c => c.Counts).ToArray();
        var csharp = counted.Where(c => c.IsCSharp).ToArray();
        Head(text, "precision / recall / F1", "files");
        Row(text, "C#", csharp);
        foreach (var (name, formats) in Groups())
            Row(text, $"C#: {name}", [.. csharp.Where(c => !c.IsPositive || formats.Contains(c.Format))]);
        Row(text, "settings", [.. counted.Where(c => !c.IsCSharp)]);
        Row(text, "all", counted);

        Counts(text, "found of the keys, by place", cases.Where(c => c.IsPositive), c => c.Kind);
        Counts(text, "found of the keys, by format", cases.Where(c => c.IsPositive), c => c.Format);
        Counts(text, "false alarms, by what it is", cases.Where(c => !c.IsPositive), c => c.Kind);
        return text.ToString();
    }

    /// <summary>Up to <paramref name="each"/> cases of each kind that the tool gets wrong.</summary>
    public IEnumerable<KeyCase> Wrong(ToolResult tool, int each) => cases.Where(c => c.Counts && hits[(tool, c)] != c.IsPositive).GroupBy(c => c.Kind).SelectMany(kind => kind.Take(each));

    private static IEnumerable<(string, HashSet<string>)> Groups()
    {
        static HashSet<string> Names(params IEnumerable<KeyFormat>[] formats) => [.. formats.SelectMany(f => f).Select(f => f.Name)];
        yield return ("formats that need no context", Names(KeyFormats.Plain));
        yield return ("formats in context", Names(KeyFormats.InContext));
        yield return ("random values", Names(KeyFormats.Random, KeyFormats.Storage));
        yield return ("passwords", Names(KeyFormats.Passwords));
    }

    private void Head(StringBuilder text, string title, string count)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n| {title} | {count} |");
        foreach (var tool in tools)
            text.Append(CultureInfo.InvariantCulture, $" {tool.Name} |");
        text.Append("\n|---|---:|");
        foreach (var _ in tools)
            text.Append("---:|");
        text.Append('\n');
    }

    private void Row(StringBuilder text, string name, KeyCase[] part)
    {
        text.Append(CultureInfo.InvariantCulture, $"| {name} | {part.Length} |");
        foreach (var tool in tools)
        {
            var read = tool.ReadsSettings || part.Any(c => c.IsCSharp);
            text.Append(CultureInfo.InvariantCulture, $" {(read ? new Score(part.Count(c => c.IsPositive && hits[(tool, c)]), part.Count(c => c.IsPositive), part.Count(c => !c.IsPositive && hits[(tool, c)])) : "–")} |");
        }
        text.Append('\n');
    }

    private void Counts(StringBuilder text, string title, IEnumerable<KeyCase> part, Func<KeyCase, string> by)
    {
        Head(text, title, "files");
        foreach (var group in part.GroupBy(by))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {group.Key}{(group.First().Counts ? "" : " (not counted)")} | {group.Count()} |");
            foreach (var tool in tools)
                text.Append(CultureInfo.InvariantCulture, $" {group.Count(c => hits[(tool, c)])} |");
            text.Append('\n');
        }
    }
}
