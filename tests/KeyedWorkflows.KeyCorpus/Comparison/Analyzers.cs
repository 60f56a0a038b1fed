using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KeyedWorkflows.KeyCorpus.Comparison;

/// <summary>Runs the analyzers of an assembly that know certain rules.</summary>
internal sealed class Analyzers(string name, ImmutableArray<DiagnosticAnalyzer> analyzers, IReadOnlyList<string> rules)
{
    public string Name { get; } = name;

    public bool IsEmpty => analyzers.IsEmpty;

    static Analyzers()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "peers", "sonar");
        AssemblyLoadContext.Default.Resolving += (context, wanted) => Path.Combine(folder, wanted.Name + ".dll") is var path && File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
    }

    /// <summary>Files that the analyzers themselves ask for.</summary>
    public ImmutableArray<AdditionalText> Extra { get; private init; } = [];

    /// <summary>This repository's rules of hard-coded keys.</summary>
    public static Analyzers Own()
    {
        string[] rules = ["KW2001", "KW2002"];
        return new Analyzers("KeyedWorkflows", Load(Assembly.Load("KeyedWorkflows.Analyzers"), rules), rules);
    }

    /// <summary>
    /// SonarAnalyzer.CSharp with its rule of passwords. Its rule of other secrets, S6418, came after the last version under an open-source licence: <paramref name="words"/> let the older one look for those too.
    /// </summary>
    /// <param name="words">The names that it looks for; null for its own ones.</param>
    public static Analyzers Sonar(string name, string? words)
    {
        string[] rules = ["S2068", "S6418"];
        var folder = Path.Combine(AppContext.BaseDirectory, "peers", "sonar");
        var assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.Combine(folder, "SonarAnalyzer.CSharp.dll"));

        // Rules of hot spots are silent until this file, which is read from the disk, names them.
        var parameters = words is null ? "" : $"<Parameters><Parameter><Key>credentialWords</Key><Value>{words}</Value></Parameter></Parameters>";
        var settings = Path.Combine(Directory.CreateTempSubdirectory("keycorpus").FullName, "SonarLint.xml");
        File.WriteAllText(settings, $"<AnalysisInput><Settings /><Rules>{string.Concat(rules.Select(r => $"<Rule><Key>{r}</Key>{parameters}</Rule>"))}</Rules></AnalysisInput>");
        return new Analyzers(name, Load(assembly, rules), rules) { Extra = [new TextFile(settings, File.ReadAllText(settings))] };
    }

    public async Task<IReadOnlyList<Diagnostic>> RunAsync(IEnumerable<CSharpCompilation> compilations, ImmutableArray<AdditionalText> files)
    {
        var found = new List<Diagnostic>();
        foreach (var compilation in analyzers.IsEmpty ? [] : compilations)
        {
            var options = compilation.Options.WithSpecificDiagnosticOptions(rules.Select(r => KeyValuePair.Create(r, ReportDiagnostic.Warn)));
            var run = compilation.WithOptions(options).WithAnalyzers(analyzers, new CompilationWithAnalyzersOptions(new AnalyzerOptions(files.AddRange(Extra)), null, concurrentAnalysis: true, logAnalyzerExecutionTime: false, reportSuppressedDiagnostics: false));
            var diagnostics = await run.GetAnalyzerDiagnosticsAsync();
            found.AddRange(diagnostics.Where(d => rules.Contains(d.Id)));
            foreach (var fault in diagnostics.Where(d => d.Id.StartsWith("AD", StringComparison.Ordinal)))
                Console.Error.WriteLine($"{Name} failed: {fault.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}");
        }
        return found;
    }

    private static ImmutableArray<DiagnosticAnalyzer> Load(Assembly assembly, string[] rules) =>
    [
        .. Types(assembly)
            .Where(t => !t.IsAbstract && typeof(DiagnosticAnalyzer).IsAssignableFrom(t) && t.GetConstructor(Type.EmptyTypes) is not null)
            .Select(t => (DiagnosticAnalyzer)Activator.CreateInstance(t)!)
            .Where(a => a.SupportedDiagnostics.Any(d => rules.Contains(d.Id))),
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
