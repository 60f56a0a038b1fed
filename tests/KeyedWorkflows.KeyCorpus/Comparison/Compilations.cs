using System.Collections.Immutable;
using KeyedWorkflows.KeyCorpus.Cases;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.KeyCorpus.Comparison;

/// <summary>The corpus as projects: the files of classes together, each program of its own.</summary>
internal static class Compilations
{
    private const int FilesPerProject = 400;

    /// <summary>Kinds of code whose types are not at hand.</summary>
    private const string Unbound = "unbound";

    private static readonly CSharpParseOptions parsing = new(LanguageVersion.Preview, DocumentationMode.Parse);

    private static readonly Lazy<ImmutableArray<MetadataReference>> references = new(() =>
    {
        var paths = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var known = paths.Where(p => !Path.GetFileName(p).StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) && !Path.GetFileName(p).Contains("KeyCorpus", StringComparison.Ordinal) && !Path.GetFileName(p).Contains("Analyzers", StringComparison.Ordinal) && !Path.GetFileName(p).Contains("Generators", StringComparison.Ordinal))
            .Select(MetadataReference (p) => MetadataReference.CreateFromFile(p)).ToImmutableArray();
        var stubs = CSharpCompilation.Create("Stubs", [CSharpSyntaxTree.ParseText(Stubs(), parsing)], known, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var image = new MemoryStream();
        if (stubs.Emit(image) is { Success: false } failed)
            throw new InvalidOperationException(string.Join('\n', failed.Diagnostics));
        return known.Add(MetadataReference.CreateFromImage(image.ToArray()));
    });

    public static string Stubs()
    {
        using var reader = new StreamReader(typeof(Compilations).Assembly.GetManifestResourceStream("Stubs/Stubs.cs")!);
        return reader.ReadToEnd();
    }

    public static IEnumerable<CSharpCompilation> Of(IEnumerable<KeyCase> cases)
    {
        var trees = cases.Where(c => c.IsCSharp).Select(c => CSharpSyntaxTree.ParseText(c.Text, parsing, c.Path)).ToLookup(tree => tree.GetCompilationUnitRoot().Members.Any(m => m is GlobalStatementSyntax));
        foreach (var chunk in trees[false].Chunk(FilesPerProject))
            yield return Create(chunk, OutputKind.DynamicallyLinkedLibrary);
        foreach (var program in trees[true])
            yield return Create([program], OutputKind.ConsoleApplication);
    }

    public static CSharpCompilation Create(IEnumerable<SyntaxTree> trees, OutputKind kind) => CSharpCompilation.Create("Corpus", trees, references.Value, new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));

    /// <returns>How many forms do not compile.</returns>
    public static int Check(IReadOnlyList<KeyCase> cases)
    {
        var errors = Of(cases.Where(c => !c.Kind.StartsWith(Unbound, StringComparison.Ordinal))).SelectMany(c => c.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error)).ToArray();
        foreach (var file in errors.GroupBy(e => e.Location.GetLineSpan().Path))
        {
            var one = file.First();
            var line = one.Location.SourceTree!.GetText().Lines[one.Location.GetLineSpan().StartLinePosition.Line];
            Console.WriteLine($"{file.Key} {one.Id} {one.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}\n    {line.ToString().Trim()}");
        }
        Console.WriteLine($"{errors.Select(e => e.Location.GetLineSpan().Path).Distinct().Count()} of {cases.Count} files do not compile.");
        return errors.Length == 0 ? 0 : 1;
    }
}
