extern alias generators;

using System.Collections.Immutable;
using System.Globalization;
using KeyedWorkflows.Benchmarks.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KeyedWorkflows.Benchmarks.Analyzers;

/// <summary>The texts of a project, compiled again and again from nothing.</summary>
internal sealed class MeasuredProject
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp13);
    private static readonly CSharpCompilationOptions CompilationOptions = new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, optimizationLevel: OptimizationLevel.Debug);

    private readonly ImmutableArray<(string Path, string Text)> files;
    private readonly ImmutableArray<MetadataReference> references;

    private MeasuredProject(string name, IEnumerable<(string Path, string Text)> files, bool hasSdk)
    {
        Name = name;
        this.files = [.. files];
        references = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => path.EndsWith(".dll", StringComparison.Ordinal) && !path.EndsWith("KeyedWorkflows.Benchmarks.dll", StringComparison.Ordinal)
                && (hasSdk || !Path.GetFileName(path).StartsWith("KeyedWorkflows", StringComparison.Ordinal)))
            .Select(static path => MetadataReference.CreateFromFile(path))];
    }

    public string Name { get; }

    public int Lines => files.Sum(static f => f.Text.Count(static c => c == '\n') + 1);

    /// <summary>As many workflows as asked for, with what the generator emits for them: its own time is another benchmark's.</summary>
    public static MeasuredProject OfWorkflows(int count)
    {
        var written = Named(WorkflowSources.Of(count));
        var project = new MeasuredProject("", written, hasSdk: true);
        CSharpGeneratorDriver.Create([new generators::KeyedWorkflows.Generators.WorkflowGenerator().AsSourceGenerator()], parseOptions: ParseOptions)
            .RunGeneratorsAndUpdateCompilation(project.Compilation(), out var compilation, out _);
        var emitted = compilation.SyntaxTrees.Skip(count).Select(static tree => (tree.FilePath, tree.ToString()));
        return new($"{count:N0} workflows", written.Concat(emitted), hasSdk: true);
    }

    /// <summary>A project without a workflow.</summary>
    public static MeasuredProject OfPlainCode(int lines, bool hasSdk) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{lines:N0} lines without a workflow{(hasSdk ? "" : ", the SDK not referenced")}"), Named(PlainSources.Of(lines)), hasSdk);

    /// <summary>The C# files below a folder, as one project; what they reference and is not at hand is missing.</summary>
    public static MeasuredProject OfFolder(string folder) => new(
        Path.GetFileName(folder),
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(static path => (path, File.ReadAllText(path))),
        hasSdk: true);

    /// <summary>Parsed from the texts, with nothing known from before.</summary>
    public CSharpCompilation Compilation() => CSharpCompilation.Create("Acme", files.Select(static file => CSharpSyntaxTree.ParseText(file.Text, ParseOptions, file.Path)), references, CompilationOptions);

    /// <summary>The files that a person has written; what the generator emits is emitted again.</summary>
    public void Write(string folder)
    {
        foreach (var (path, text) in files)
        {
            if (!path.EndsWith(".g.cs", StringComparison.Ordinal))
                File.WriteAllText(Path.Combine(folder, Path.GetFileName(path)), text);
        }
    }

    private static IEnumerable<(string Path, string Text)> Named(IEnumerable<string> texts) => texts.Select(static (text, i) => (string.Create(CultureInfo.InvariantCulture, $"/acme/File{i}.cs"), text));
}
