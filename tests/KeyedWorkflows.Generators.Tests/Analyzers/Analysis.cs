using System.Collections.Immutable;
using KeyedWorkflows.Analyzers;
using KeyedWorkflows.Generators.Tests.Compilations;
using KeyedWorkflows.Generators.Tests.Emitting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>Runs the analyzers over sources.</summary>
internal static class Analysis
{
    /// <summary>The types that the examples use.</summary>
    public const string Types = """

        public sealed record Ticket(string Question);
        public sealed record Reply(string Text);
        public sealed record Topic(string Name);
        """;

    /// <summary>Every analyzer of the product.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> All { get; } =
    [
        .. typeof(WorkflowGraphAnalyzer).Assembly.GetTypes()
            .Where(static type => !type.IsAbstract && type.IsSubclassOf(typeof(DiagnosticAnalyzer)) && type != typeof(StaticStepSuppressor))
            .Select(static type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    /// <summary>Demands of a marked source exactly the diagnostics that its marks say.</summary>
    /// <param name="marked">The source, without the types of <see cref="Types"/>.</param>
    /// <param name="files">Additional files, by path; marked too.</param>
    /// <returns>The messages, in order of place.</returns>
    public static Task<IReadOnlyList<string>> ExpectAsync(string marked, params (string Path, string Marked)[] files) => ExpectAsync(marked, isEmitted: false, files);

    /// <summary>The same after the generator, for sources that use what it makes.</summary>
    public static Task<IReadOnlyList<string>> ExpectEmittedAsync(string marked, params (string Path, string Marked)[] files) => ExpectAsync(marked, isEmitted: true, files);

    private static async Task<IReadOnlyList<string>> ExpectAsync(string marked, bool isEmitted, (string Path, string Marked)[] files)
    {
        var source = MarkedSource.Parse("using KeyedWorkflows;\n" + marked + Types);
        var additional = files.Select(static file => (file.Path, Source: MarkedSource.Parse(file.Marked))).ToArray();
        var compilation = TestCompilation.Of(source.Text);
        var diagnostics = await RunAsync(isEmitted ? Emission.Sound(compilation).Output : compilation, [.. additional.Select(static file => new TextFile(file.Path, file.Source.Text))]);

        Assert.Equal(
            [.. source.Expected.Select(static place => $"Source0.cs: {place}"), .. additional.SelectMany(static file => file.Source.Expected.Select(place => $"{file.Path}: {place}"))],
            diagnostics.Select(static diagnostic => $"{diagnostic.Location.GetLineSpan().Path}: {diagnostic.Id} at {diagnostic.Location.SourceSpan}"));
        return [.. diagnostics.Select(static diagnostic => diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture))];
    }

    /// <summary>Runs all analyzers, in order of place. An exception in one fails the test.</summary>
    public static Task<IReadOnlyList<Diagnostic>> RunAsync(CSharpCompilation compilation, params AdditionalText[] files) => RunAsync(compilation, new AnalyzerOptions([.. files]));

    /// <summary>The same with options, such as those of <c>.editorconfig</c>.</summary>
    public static async Task<IReadOnlyList<Diagnostic>> RunAsync(CSharpCompilation compilation, AnalyzerOptions options)
    {
        var ct = TestContext.Current.CancellationToken;
        Exception? thrown = null;
        var analysis = compilation.WithAnalyzers(
            All,
            new CompilationWithAnalyzersOptions(
                options,
                onAnalyzerException: (exception, _, _) => thrown = exception,
                concurrentAnalysis: true,
                logAnalyzerExecutionTime: false,
                reportSuppressedDiagnostics: false));
        var diagnostics = await analysis.GetAnalyzerDiagnosticsAsync(ct);
        Assert.Null(thrown);
        return
        [
            .. diagnostics
                .OrderBy(static diagnostic => diagnostic.Location.IsInSource ? 0 : 1)
                .ThenBy(static diagnostic => diagnostic.Location.GetLineSpan().Path, StringComparer.Ordinal)
                .ThenBy(static diagnostic => diagnostic.Location.SourceSpan.Start)
                .ThenBy(static diagnostic => diagnostic.Id, StringComparer.Ordinal),
        ];
    }
}
