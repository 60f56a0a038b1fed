using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KeyedWorkflows.KeyCorpus.Comparison;

/// <summary>Runs our rules on all files below a folder, whatever does not bind: counts false alarms in code that holds no key.</summary>
internal static class Sweep
{
    private const int FilesPerCompilation = 500;
    private const int ShownCharacters = 4;

    private static readonly string[] skipped = ["bin", "obj", ".git", "node_modules"];

    public static async Task RunAsync(string folder)
    {
        var files = Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(f => !Path.GetRelativePath(folder, f).Split(Path.DirectorySeparatorChar).Any(skipped.Contains))
            .Order(StringComparer.Ordinal)
            .ToArray();
        var sources = files.Where(f => f.EndsWith(".cs", StringComparison.OrdinalIgnoreCase)).ToArray();
        var settings = files.Where(IsSettings).Select(AdditionalText (f) => new TextFile(Path.GetRelativePath(folder, f), File.ReadAllText(f))).ToImmutableArray();
        var analyzers = Analyzers.Own();
        if (analyzers.IsEmpty)
            Console.Error.WriteLine($"{analyzers.Name} has none of the rules.");

        var found = 0;
        foreach (var chunk in sources.Chunk(FilesPerCompilation))
        {
            var trees = chunk.Select(f => CSharpSyntaxTree.ParseText(File.ReadAllText(f), new CSharpParseOptions(LanguageVersion.Preview), Path.GetRelativePath(folder, f)));
            found += Show(await analyzers.RunAsync([Compilations.Create(trees, OutputKind.DynamicallyLinkedLibrary)], []), folder);
        }
        found += Show(await analyzers.RunAsync([Compilations.Create([], OutputKind.DynamicallyLinkedLibrary)], settings), folder);
        Console.WriteLine($"{found} reports in {sources.Length} C# files and {settings.Length} files of settings");
    }

    private static bool IsSettings(string file)
    {
        var name = Path.GetFileName(file).ToLowerInvariant();
        return (name.StartsWith("appsettings", StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal))
            || name is "launchsettings.json" or "secrets.json" or "profiles.json" or "app.config" or "web.config" || name.EndsWith(".env", StringComparison.Ordinal) || name.StartsWith(".env", StringComparison.Ordinal);
    }

    /// <summary>Where, which rule, how long, and no more than the beginning: the log of a sweep is no place for keys.</summary>
    private static int Show(IReadOnlyList<Diagnostic> diagnostics, string folder)
    {
        foreach (var one in diagnostics.OrderBy(d => d.Location.GetLineSpan().Path, StringComparer.Ordinal).ThenBy(d => d.Location.SourceSpan))
        {
            var place = one.Location.GetLineSpan();
            var text = one.Location.SourceTree?.GetText().ToString(one.Location.SourceSpan) ?? File.ReadAllText(Path.Combine(folder, place.Path)).Substring(one.Location.SourceSpan.Start, one.Location.SourceSpan.Length);
            var value = text.TrimStart('$', '@', '"');
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{place.Path}:{place.StartLinePosition.Line + 1} {one.Id} {value[..Math.Min(ShownCharacters, value.Length)]}… ({one.Location.SourceSpan.Length} characters)"));
        }
        return diagnostics.Count;
    }
}
