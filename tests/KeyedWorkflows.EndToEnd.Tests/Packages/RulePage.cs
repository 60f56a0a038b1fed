using System.Text.RegularExpressions;
using KeyedWorkflows.EndToEnd.Tests.Builds;

namespace KeyedWorkflows.EndToEnd.Tests.Packages;

/// <summary>
/// The page of a rule, and the examples on it. An example is the first block of C# under its heading, and each block there that is another file of the project, which the comment in its first line names:
/// <c>// appsettings.json</c> or <c># .env</c>; and the files that the page shows for all its examples, under their name. Any other block is told, and not built.
/// </summary>
internal sealed partial class RulePage
{
    /// <summary>What stands for a key on a page: none is written down, and each run makes one up.</summary>
    private const string StandIn = "sk-…";

    private static readonly string Key = $"sk-proj-{Guid.NewGuid():N}T3BlbkFJ{Guid.NewGuid():N}";

    private readonly string text;

    private RulePage(string id, string text)
    {
        Id = id;
        this.text = text;
    }

    /// <summary>The rule.</summary>
    public string Id { get; }

    /// <summary>Every page there is.</summary>
    public static IReadOnlyList<RulePage> All { get; } = [.. Directory.GetFiles(Folder, "KW*.md").Order(StringComparer.Ordinal).Select(static file => new RulePage(Path.GetFileNameWithoutExtension(file), File.ReadAllText(file).ReplaceLineEndings("\n")))];

    /// <summary>The types that the examples use.</summary>
    public static string Types { get; } = Blocks().Matches(File.ReadAllText(Path.Combine(Folder, "README.md")).ReplaceLineEndings("\n")).Single(static block => block.Groups["text"].Value.Contains("record Ticket", StringComparison.Ordinal)).Groups["text"].Value;

    private static string Folder => Repository.PathOf("analyzers/KeyedWorkflows.Analyzers/docs");

    /// <summary>The page of a rule.</summary>
    public static RulePage Of(string id) => All.Single(page => page.Id == id);

    /// <summary>The example under a heading: <c>Wrong</c> or <c>Right</c>.</summary>
    public RuleExample Example(string heading)
    {
        var section = Sections().Matches(text).SingleOrDefault(section => section.Groups["heading"].Value == heading) ?? throw new InvalidDataException($"The page of {Id} has no section '{heading}'.");
        string? code = null;
        List<(string Name, string Text)> files = [.. SharedFiles().Matches(text).Select(static file => (file.Groups["name"].Value, file.Groups["text"].Value))];
        foreach (Match block in Blocks().Matches(section.Groups["body"].Value.Replace(StandIn, Key, StringComparison.Ordinal)))
        {
            var body = block.Groups["text"].Value;
            if (block.Groups["language"].Value == "csharp")
                code ??= body;
            else if (FileName().Match(body) is { Success: true } name)
                files.Add((name.Groups["name"].Value, body[name.Length..]));
        }
        if (code is null && files.Count == 0)
            throw new InvalidDataException($"The section '{heading}' on the page of {Id} has no example: neither a block of C#, nor one that names its file in its first line.");
        return new(Id, heading, code, files);
    }

    [GeneratedRegex(@"^## (?<heading>\w+)\n(?<body>.*?)(?=^## |\z)", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Sections();

    [GeneratedRegex(@"^```(?<language>\w*)\n(?<text>.*?)\n```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"^`(?<name>[\w./-]+\.json)`:\n\n```json\n(?<text>.*?)\n```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex SharedFiles();

    [GeneratedRegex(@"\A(?://|#) (?<name>[\w./-]+)\n")]
    private static partial Regex FileName();
}
