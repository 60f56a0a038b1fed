using System.Globalization;
using System.Text.Json;
using KeyedWorkflows.KeyCorpus.Cases;
using KeyedWorkflows.KeyCorpus.Comparison;
using KeyedWorkflows.KeyCorpus.Drawing;

namespace KeyedWorkflows.KeyCorpus;

/// <summary>What the command line can say.</summary>
internal static class Verbs
{
    private const string Usage = """
        count                the cases by kind
        dump <folder>        writes the files, the stubs and labels.json
        check                compiles the C# files: forms that do not bind are shown
        compare              KW2001, KW2002 and SonarAnalyzer on the same files: tables in Markdown
          --npm <folder>     secretlint too, installed into the folder
          --own              our rules alone
          --wrong N          names N cases of each kind that our rules get wrong
        sweep <folder>       our rules on all C# files and settings below a folder
        --seed N             another draw (default 1)
        --flavour exam       other names and idioms than those of practice
        """;

    private static readonly JsonSerializerOptions json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static async Task<int> RunAsync(string[] args)
    {
        var seed = ulong.Parse(Option(args, "--seed") ?? "1", CultureInfo.InvariantCulture);
        var flavour = Enum.Parse<Flavour>(Option(args, "--flavour") ?? "practice", ignoreCase: true);
        switch (args)
        {
            case ["count", ..]:
                Count(Corpus.Draw(seed, flavour));
                return 0;
            case ["dump", var folder, ..]:
                await DumpAsync(Corpus.Draw(seed, flavour), folder);
                return 0;
            case ["check", ..]:
                return Compilations.Check(Corpus.Draw(seed, flavour));
            case ["compare", ..]:
                await Comparisons.RunAsync(Corpus.Draw(seed, flavour), Option(args, "--npm"), peers: !args.Contains("--own"), wrong: int.Parse(Option(args, "--wrong") ?? "0", CultureInfo.InvariantCulture));
                return 0;
            case ["sweep", var folder, ..]:
                await Sweep.RunAsync(Path.GetFullPath(folder));
                return 0;
            default:
                Console.WriteLine(Usage);
                return 1;
        }
    }

    private static string? Option(string[] args, string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

    private static void Count(IReadOnlyList<KeyCase> cases)
    {
        foreach (var kind in cases.GroupBy(c => c.Kind))
            Console.WriteLine($"{kind.Key,-32} {(kind.First().IsPositive ? "key" : "none"),-5} {(kind.First().Counts ? "" : "not counted"),-12} {kind.Count(),5}");
        foreach (var part in cases.Where(c => c.Counts).GroupBy(c => c.IsCSharp))
            Console.WriteLine($"{(part.Key ? "C#" : "settings")}: {part.Count(c => c.IsPositive)} with a key, {part.Count(c => !c.IsPositive)} without");
    }

    private static async Task DumpAsync(IReadOnlyList<KeyCase> cases, string folder)
    {
        foreach (var one in cases)
        {
            var path = Path.Combine(folder, one.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, one.Text);
        }
        await File.WriteAllTextAsync(Path.Combine(folder, "Stubs.cs"), Compilations.Stubs());
        var labels = cases.Select(c => new { c.Id, c.Kind, c.Format, File = c.Path, c.IsPositive, c.Line, c.Lines, c.Counts, c.Note });
        await File.WriteAllTextAsync(Path.Combine(folder, "labels.json"), JsonSerializer.Serialize(labels, json));
        Console.WriteLine($"{cases.Count} files in {folder}");
    }
}
