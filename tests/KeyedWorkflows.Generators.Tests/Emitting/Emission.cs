using KeyedWorkflows.Generators.Parsing;
using KeyedWorkflows.Generators.Tests.Compilations;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.Generators.Tests.Emitting;

/// <summary>What the generator makes of sources, compiled with them.</summary>
internal sealed class Emission
{
    // Documentation is read, so that a broken or missing comment of emitted code is a warning.
    private static readonly CSharpParseOptions ParseOptions = TestCompilation.ParseOptions.WithDocumentationMode(DocumentationMode.Diagnose);

    private Emission(CSharpCompilation output, GeneratorDriverRunResult result)
    {
        Output = output;
        Result = result;
    }

    public CSharpCompilation Output { get; }

    public GeneratorDriverRunResult Result { get; }

    /// <summary>The emitted files by name.</summary>
    public IReadOnlyDictionary<string, string> Files => Result.Results.Single().GeneratedSources.ToDictionary(static file => file.HintName, static file => file.SourceText.ToString());

    /// <summary>Errors anywhere, and warnings of any kind in emitted code.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            var emitted = Output.SyntaxTrees.Where(static tree => tree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal)).ToHashSet();
            return
            [
                .. Result.Diagnostics.Select(static diagnostic => diagnostic.ToString()),
                .. Output.GetDiagnostics(TestContext.Current.CancellationToken)
                    .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error || (diagnostic.Severity == DiagnosticSeverity.Warning && diagnostic.Location.SourceTree is { } tree && emitted.Contains(tree)))
                    // A class or method of the author's without documentation is the author's affair, wherever the compiler says it.
                    .Where(static diagnostic => diagnostic.Id != "CS1591" || !LineOf(diagnostic).Contains("partial ", StringComparison.Ordinal))
                    .Select(static diagnostic => $"{diagnostic}: {LineOf(diagnostic)}"),
            ];
        }
    }

    /// <summary>Runs the generator.</summary>
    public static Emission Of(params string[] sources) => Of(TestCompilation.Of(sources));

    /// <summary>Runs the generator.</summary>
    public static Emission Of(CSharpCompilation compilation, params AdditionalText[] files)
    {
        var driver = Driver(files).RunGeneratorsAndUpdateCompilation(compilation, out var output, out _, TestContext.Current.CancellationToken);
        return new((CSharpCompilation)output, driver.GetRunResult());
    }

    /// <summary>Runs the generator, and demands that what it makes compiles without a word.</summary>
    public static Emission Sound(params string[] sources) => Sound(TestCompilation.Of(sources));

    /// <summary>Runs the generator, and demands that what it makes compiles without a word.</summary>
    public static Emission Sound(CSharpCompilation compilation, params AdditionalText[] files)
    {
        var emission = Of(compilation, files);
        if (emission.Complaints.Count > 0)
            Assert.Fail(string.Join('\n', emission.Complaints) + "\n\n" + string.Join("\n\n", emission.Files.Values));
        return emission;
    }

    /// <summary>What the parser found wrong with the workflows.</summary>
    public IReadOnlyList<string> Faults =>
    [
        .. Output.SyntaxTrees.Where(static tree => !tree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal))
            .SelectMany(tree => tree.GetRoot(TestContext.Current.CancellationToken).DescendantNodes().OfType<ClassDeclarationSyntax>().Select(type => Output.GetSemanticModel(tree).GetDeclaredSymbol(type)))
            .OfType<INamedTypeSymbol>()
            .Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default)
            .SelectMany(type => WorkflowParser.Parse(type, Output, TestContext.Current.CancellationToken).Faults)
            .Select(static fault => $"{fault.Rule}: {fault.Message}"),
    ];

    /// <summary>A driver that tracks the pipeline's steps.</summary>
    public static CSharpGeneratorDriver Driver(params AdditionalText[] files) => CSharpGeneratorDriver.Create(
        [new WorkflowGenerator().AsSourceGenerator()],
        files,
        ParseOptions,
        driverOptions: new(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    private static string LineOf(Diagnostic diagnostic) => diagnostic.Location.SourceTree?.GetText().Lines[diagnostic.Location.GetLineSpan().StartLinePosition.Line].ToString() ?? "";
}
