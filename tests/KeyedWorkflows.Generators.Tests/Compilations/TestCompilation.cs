using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KeyedWorkflows.Generators.Tests.Compilations;

/// <summary>Compilations of source texts against the running framework and KeyedWorkflows, as a user's project would be: nullable, latest C#, implicit usings.</summary>
internal static class TestCompilation
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using KeyedWorkflows;
        global using Microsoft.Extensions.AI;
        """;

    private static readonly Lazy<MetadataReference[]> Platform = new(static () =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(static path => !Path.GetFileName(path).StartsWith("KeyedWorkflows.Generators", StringComparison.Ordinal) && !Path.GetFileName(path).StartsWith("KeyedWorkflows.Analyzers", StringComparison.Ordinal))
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ]);

    private static readonly Lazy<CSharpCompilation> Start = new(static () => Of("Acme", []));

    /// <summary>How the sources are read.</summary>
    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.Latest);

    /// <summary>What every compilation references.</summary>
    public static IReadOnlyList<MetadataReference> References => Platform.Value;

    /// <summary>Compiles sources, named <c>Source0.cs</c> and on, as the assembly <c>Acme</c>.</summary>
    /// <remarks>All have one start, so that the references are read once and not for each.</remarks>
    public static CSharpCompilation Of(params string[] sources) =>
        Start.Value.AddSyntaxTrees(sources.Select(static (source, i) => CSharpSyntaxTree.ParseText(source, ParseOptions, $"Source{i}.cs")));

    /// <summary>Compiles sources against further references.</summary>
    public static CSharpCompilation Of(string assemblyName, IEnumerable<MetadataReference> references, params string[] sources) => CSharpCompilation.Create(
        assemblyName,
        [
            CSharpSyntaxTree.ParseText(ImplicitUsings, ParseOptions, "ImplicitUsings.cs"),
            .. sources.Select(static (source, i) => CSharpSyntaxTree.ParseText(source, ParseOptions, $"Source{i}.cs")),
        ],
        [.. Platform.Value, .. references],
        new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true, concurrentBuild: false));

    /// <summary>Emits a compilation, to be referenced as a built assembly.</summary>
    public static MetadataReference Build(CSharpCompilation compilation)
    {
        using var image = new MemoryStream();
        var result = compilation.Emit(image, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)));
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    /// <summary>The class by its metadata name.</summary>
    public static INamedTypeSymbol Class(this Compilation compilation, string metadataName) =>
        compilation.GetTypeByMetadataName(metadataName) ?? throw new ArgumentException($"No type {metadataName}.", nameof(metadataName));
}
