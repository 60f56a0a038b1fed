using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KeyedWorkflows.Benchmarks.Analyzers;

/// <summary>Analyzers that are run together, and the files that they read.</summary>
internal sealed record AnalyzerSet(string Name, ImmutableArray<DiagnosticAnalyzer> Analyzers, ImmutableArray<string> Rules, ImmutableArray<AdditionalText> Files)
{
    private static readonly string Peers = Path.Combine(AppContext.BaseDirectory, "sonar");

    static AnalyzerSet() =>
        AssemblyLoadContext.Default.Resolving += static (context, wanted) => Path.Combine(Peers, wanted.Name + ".dll") is var path && File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;

    /// <summary>Every rule of this repository, with a list of profiles and no default, so that none of them has a reason to look away.</summary>
    public static AnalyzerSet Own()
    {
        const string settings = """
            { "KeyedWorkflows": { "Profiles": { "acme": { "Provider": "openai" }, "contoso": { "Provider": "openai" }, "fabrikam": { "Provider": "openai" } } }, "ConnectionStrings": { "Main": "Host=localhost" } }
            """;
        return new("all rules", Load(Assembly.Load("KeyedWorkflows.Analyzers"), static _ => true), [], [new SettingsFile("/acme/appsettings.json", settings)]);
    }

    /// <summary>Sonar's rules of hard-coded credentials: S2068, with its own words. S6418 came after the last version under an open-source licence.</summary>
    public static AnalyzerSet Sonar()
    {
        ImmutableArray<string> rules = ["S2068", "S6418"];

        // Rules of hot spots are silent until this file, which is read from the disk, names them.
        var settings = Path.Combine(Directory.CreateTempSubdirectory("benchmarks").FullName, "SonarLint.xml");
        var text = $"<AnalysisInput><Settings /><Rules>{string.Concat(rules.Select(static r => $"<Rule><Key>{r}</Key></Rule>"))}</Rules></AnalysisInput>";
        File.WriteAllText(settings, text);
        var assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.Combine(Peers, "SonarAnalyzer.CSharp.dll"));
        return new("Sonar's S2068", Load(assembly, a => a.SupportedDiagnostics.Any(d => rules.Contains(d.Id))), rules, [new SettingsFile(settings, text)]);
    }

    /// <summary>What it costs to run analyzers at all: one that looks at nothing.</summary>
    public static AnalyzerSet None() => new("an idle analyzer", [new IdleAnalyzer()], [], []);

    /// <summary>The analyzers over a compilation, side by side as the compiler runs them.</summary>
    public CompilationWithAnalyzers Over(Compilation compilation, bool isTimed = false) =>
        compilation.WithOptions(compilation.Options.WithSpecificDiagnosticOptions(Rules.Select(static r => KeyValuePair.Create(r, ReportDiagnostic.Warn))))
            .WithAnalyzers(Analyzers, new CompilationWithAnalyzersOptions(new AnalyzerOptions(Files), OnException, concurrentAnalysis: true, logAnalyzerExecutionTime: isTimed));

    private static void OnException(Exception exception, DiagnosticAnalyzer analyzer, Diagnostic diagnostic) =>
        Console.Error.WriteLine($"{analyzer.GetType().Name} failed: {exception.GetType().Name} {exception.Message}");

    private static ImmutableArray<DiagnosticAnalyzer> Load(Assembly assembly, Func<DiagnosticAnalyzer, bool> isMeant) =>
    [
        .. Types(assembly)
            .Where(static t => !t.IsAbstract && typeof(DiagnosticAnalyzer).IsAssignableFrom(t) && t.GetConstructor(Type.EmptyTypes) is not null)
            .Select(static t => (DiagnosticAnalyzer)Activator.CreateInstance(t)!)
            .Where(isMeant),
    ];

    /// <summary>Without those that need an editor's assemblies: code fixes may share an assembly with analyzers.</summary>
    private static IEnumerable<Type> Types(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException partial)
        {
            return partial.Types.OfType<Type>();
        }
    }
}
