using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KeyedWorkflows.Benchmarks.Generators;

/// <summary>One generator over a project of many files, as an editor or a build drives it.</summary>
public sealed class GeneratorHost
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp13);
    private static readonly CSharpCompilationOptions CompilationOptions = new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);

    private readonly IIncrementalGenerator generator;
    private readonly ImmutableArray<SyntaxTree> trees;
    private readonly ImmutableArray<MetadataReference> references;
    private readonly SyntaxTree[] edits;
    private GeneratorDriver warmDriver = null!;
    private CSharpCompilation warmCompilation = null!;
    private SyntaxTree current;
    private int edit;

    public GeneratorHost(IIncrementalGenerator generator, IEnumerable<string> sources)
    {
        this.generator = generator;
        edits = [.. Enumerable.Range(0, 2).Select(static i => Parse($"namespace Acme; internal static class Unrelated {{ public static int Number => {i}; }}", "Unrelated.cs"))];
        current = edits[0];
        trees = [.. sources.Select(static (text, i) => Parse(text, string.Create(CultureInfo.InvariantCulture, $"File{i}.cs"))), current];
        references = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => path.EndsWith(".dll", StringComparison.Ordinal))
            .Select(static path => MetadataReference.CreateFromFile(path))];
    }

    /// <summary>A build: nothing is known from before. The answer is the number of generated files.</summary>
    public int Cold() => CountOf(CreateDriver().RunGenerators(CreateCompilation()));

    /// <summary>Runs once, so that <see cref="AfterUnrelatedEdit"/> has something to keep.</summary>
    public int Warm()
    {
        warmCompilation = CreateCompilation();
        warmDriver = CreateDriver().RunGenerators(warmCompilation);
        return CountOf(warmDriver);
    }

    /// <summary>A key pressed in the editor, in a file that holds nothing for the generator. The answer is the number of generated files.</summary>
    public int AfterUnrelatedEdit()
    {
        var next = edits[++edit % edits.Length];
        warmCompilation = warmCompilation.ReplaceSyntaxTree(current, next);
        current = next;
        warmDriver = warmDriver.RunGenerators(warmCompilation);
        return CountOf(warmDriver);
    }

    /// <summary>What the compiler and the generator have to say about the sources: nothing, or the measurement means nothing.</summary>
    public IReadOnlyList<Diagnostic> Errors()
    {
        CreateDriver().RunGeneratorsAndUpdateCompilation(CreateCompilation(), out var compilation, out var diagnostics);
        return [.. diagnostics.Concat(compilation.GetDiagnostics()).Where(static d => d.Severity == DiagnosticSeverity.Error)];
    }

    private static int CountOf(GeneratorDriver driver)
    {
        var result = driver.GetRunResult().Results[0];
        return result.Exception is null ? result.GeneratedSources.Length : throw new InvalidOperationException("The generator failed.", result.Exception);
    }

    private static SyntaxTree Parse(string text, string path) => CSharpSyntaxTree.ParseText(text, ParseOptions, path);

    private CSharpCompilation CreateCompilation() => CSharpCompilation.Create("Acme", trees, references, CompilationOptions);

    private CSharpGeneratorDriver CreateDriver() =>
        CSharpGeneratorDriver.Create([generator.AsSourceGenerator()], parseOptions: ParseOptions, optionsProvider: GeneratorOptions.Instance);
}
