using KeyedWorkflows.Generators.Tests.Compilations;
using KeyedWorkflows.Generators.Tests.Emitting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>What a build says to the author of some sources: compiler and analyzers, after the generator. As the compiler does it, errors of declarations end the build before the analyzers are asked.</summary>
internal static class Build
{
    /// <summary>Demands of a marked source exactly the errors that its marks say, and none in another file.</summary>
    /// <param name="marked">The source, without the types of <see cref="Analysis.Types"/>.</param>
    /// <returns>The messages, in order of place.</returns>
    public static async Task<IReadOnlyList<string>> ExpectAsync(string marked)
    {
        var source = MarkedSource.Parse("using KeyedWorkflows;\n" + marked + Analysis.Types);
        var errors = await ErrorsAsync(source.Text);

        Assert.Equal(
            source.Expected.Select(static place => $"Source0.cs: {place}"),
            errors.Select(static error => $"{Path.GetFileName(error.Location.GetLineSpan().Path)}: {error.Id} at {error.Location.SourceSpan}"));
        return [.. errors.Select(static error => error.GetMessage(System.Globalization.CultureInfo.InvariantCulture))];
    }

    /// <summary>The errors, in order of place.</summary>
    public static async Task<IReadOnlyList<Diagnostic>> ErrorsAsync(params string[] sources)
    {
        var ct = TestContext.Current.CancellationToken;
        var output = Emission.Of(TestCompilation.Of(sources)).Output;
        var errors = Errors(output.GetParseDiagnostics(ct));
        if (errors.Count == 0)
            errors = Errors(output.GetDeclarationDiagnostics(ct));
        if (errors.Count == 0)
            errors = Errors([.. output.GetDiagnostics(ct), .. await Analysis.RunAsync(output)]);
        return errors;
    }

    private static List<Diagnostic> Errors(IEnumerable<Diagnostic> diagnostics) =>
    [
        .. diagnostics.Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            // Of an attribute that is not there the compiler says so twice: with and without the suffix.
            .DistinctBy(static error => (error.Id, error.Location))
            .OrderBy(static error => error.Location.GetLineSpan().Path, StringComparer.Ordinal)
            .ThenBy(static error => error.Location.SourceSpan.Start)
            .ThenBy(static error => error.Id, StringComparer.Ordinal),
    ];
}
