using System.Diagnostics;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KeyedWorkflows.Benchmarks.Analyzers;

/// <summary>
/// What analyzers add to a build and to an edit, in alternating rounds. A compile is all of it, from texts to an assembly: parsing, binding, the compiler's diagnostics, emitting. Outside of the compiler, analyzers bind a compilation
/// for its diagnostics, and emitting binds it once more. What analyzers add is therefore told from a compilation that was asked for its diagnostics and emitted, and shown as a part of one that was only emitted, as the compiler does.
/// Compared is processor time, which a busy machine leaves alone.
/// </summary>
internal static class AnalyzerProgram
{
    public const string Verb = "analyzers";

    private const int Workflows = 1_000;
    private const int PlainLines = 50_000;
    private const int WarmUps = 1;
    private const int Rounds = 3;
    private const int EditRounds = 31;

    /// <param name="which">One of the projects, or a folder of code; null for all projects.</param>
    public static async Task RunAsync(string? which)
    {
        var own = AnalyzerSet.Own();
        AnalyzerSet[] sets = [own, AnalyzerSet.Sonar(), AnalyzerSet.None()];
        foreach (var project in which is null ? new[] { "workflows", "plain", "unreferenced" } : [which])
            await RunAsync(Project(project), own, sets);
    }

    /// <summary>The time within the rules alone, which takes seconds.</summary>
    public static async Task ShareAsync(string which)
    {
        var own = AnalyzerSet.Own();
        await EditAsync(Project(which), own, AnalyzerSet.None());
        await ShareAsync(Project(which), own);
    }

    /// <summary>Writes the files of a project, for a build by hand.</summary>
    public static void Write(string which, string folder)
    {
        Directory.CreateDirectory(folder);
        Project(which).Write(folder);
    }

    private static MeasuredProject Project(string which) => which switch
    {
        "workflows" => MeasuredProject.OfWorkflows(Workflows),
        "plain" => MeasuredProject.OfPlainCode(PlainLines, hasSdk: true),
        "unreferenced" => MeasuredProject.OfPlainCode(PlainLines, hasSdk: false),
        _ => MeasuredProject.OfFolder(which),
    };

    private static async Task RunAsync(MeasuredProject project, AnalyzerSet own, AnalyzerSet[] sets)
    {
        Console.WriteLine($"\n{project.Name}: {project.Lines:N0} lines");
        if (project.Compilation().GetDiagnostics().Where(static d => d.Severity == DiagnosticSeverity.Error).ToArray() is { Length: > 0 } errors)
            Console.WriteLine($"  {errors.Length:N0} errors, the first: {errors[0]}");
        await CompileAsync(project, sets);
        await EditAsync(project, sets);
        await ShareAsync(project, own);
    }

    private static async Task CompileAsync(MeasuredProject project, params AnalyzerSet[] sets)
    {
        var rounds = new List<double[]>();
        var reports = new int[sets.Length + 2];
        for (var round = -WarmUps; round < Rounds; round++)
        {
            var milliseconds = new double[reports.Length];
            for (var turn = 0; turn < reports.Length; turn++)
            {
                // Each round begins with another subject.
                var i = (turn + round + WarmUps) % reports.Length;
                GC.Collect();
                var start = Environment.CpuUsage.TotalTime;
                reports[i] = await CompileAsync(project, asks: i > 0, i > 1 ? sets[i - 2] : null);
                milliseconds[i] = (Environment.CpuUsage.TotalTime - start).TotalMilliseconds;
            }
            Console.Error.WriteLine($"    round {round + 1}: {string.Join(", ", milliseconds.Select(static m => m.ToString("0", CultureInfo.InvariantCulture)))} ms");
            if (round >= 0)
                rounds.Add(milliseconds);
        }
        Console.WriteLine($"  a compile from nothing: {Rounds} alternating rounds, {Median(rounds.Select(static r => r[0])):N0} ms of processor time without analyzers");
        for (var i = 0; i < sets.Length; i++)
        {
            double[] added = [.. rounds.Select(r => (r[i + 2] - r[1]) / r[0]).Order()];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"    {sets[i].Name,-16} {Median(added),7:0.0%} more ({added[Rounds / 4]:0.0%} to {added[Rounds * 3 / 4]:0.0%}; of the least {(rounds.Min(r => r[i + 2]) - rounds.Min(r => r[1])) / rounds.Min(r => r[0]):0.0%}), {Median(rounds.Select(r => r[i + 2] - r[1])):N0} ms, {reports[i + 2]} reports"));
        }
    }

    /// <returns>How many diagnostics the analyzers reported.</returns>
    private static async Task<int> CompileAsync(MeasuredProject project, bool asks, AnalyzerSet? set)
    {
        var compilation = project.Compilation();
        var reports = 0;
        if (set is not null)
        {
            var run = set.Over(compilation);
            compilation = (CSharpCompilation)run.Compilation;
            reports = (await run.GetAllDiagnosticsAsync()).Count(static d => !d.Id.StartsWith("CS", StringComparison.Ordinal));
        }
        else if (asks)
        {
            compilation.GetDiagnostics();
        }
        compilation.Emit(Stream.Null);
        return reports;
    }

    /// <summary>A file is changed within a method, and asked for its diagnostics, as an editor does after each pause in typing.</summary>
    private static async Task EditAsync(MeasuredProject project, params AnalyzerSet[] sets)
    {
        var compilation = project.Compilation();
        compilation.GetDiagnostics();
        foreach (var set in sets)
            await set.Over(compilation).GetAllDiagnosticsAsync();
        var tree = compilation.SyntaxTrees[Math.Min(250, compilation.SyntaxTrees.Length / 4)];
        var milliseconds = new List<double>[sets.Length + 1];
        for (var round = -EditRounds / 2; round < EditRounds; round++)
        {
            for (var turn = 0; turn <= sets.Length; turn++)
            {
                var i = (turn + round + EditRounds) % (sets.Length + 1);
                var text = tree.GetText();
                var edited = tree.WithChangedText(text.WithChanges(new Microsoft.CodeAnalysis.Text.TextChange(new(text.ToString().LastIndexOf('}'), 0), string.Create(CultureInfo.InvariantCulture, $"// {round}\n"))));
                edited.GetRoot();
                var start = Stopwatch.GetTimestamp();
                var next = compilation.ReplaceSyntaxTree(tree, edited);
                if (i == 0)
                {
                    next.GetSemanticModel(edited).GetDiagnostics();
                }
                else
                {
                    var run = sets[i - 1].Over(next);
                    var model = run.Compilation.GetSemanticModel(edited);
                    model.GetDiagnostics();
                    await run.GetAnalyzerSyntaxDiagnosticsAsync(edited, CancellationToken.None);
                    await run.GetAnalyzerSemanticDiagnosticsAsync(model, null, CancellationToken.None);
                }
                var taken = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                compilation = next;
                tree = edited;
                if (round >= 0)
                    (milliseconds[i] ??= []).Add(taken);
            }
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  an edit of one file: {EditRounds} alternating rounds, {Tenth(milliseconds[0]):0.0} ms (median {Median(milliseconds[0]):0.0}) without analyzers"));
        for (var i = 0; i < sets.Length; i++)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {sets[i].Name,-16} {Tenth(milliseconds[i + 1]) - Tenth(milliseconds[0]):0.0} ms more (median {Median(milliseconds[i + 1]) - Median(milliseconds[0]):0.0})"));
    }

    /// <summary>Which analyzer the time goes to, as the compiler itself counts it.</summary>
    private static async Task ShareAsync(MeasuredProject project, AnalyzerSet set)
    {
        var taken = set.Analyzers.ToDictionary(static a => a, static _ => new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var run = await set.Over(project.Compilation(), isTimed: true).GetAnalysisResultAsync(CancellationToken.None);
            foreach (var (analyzer, telemetry) in run.AnalyzerTelemetryInfo)
                taken[analyzer].Add(telemetry.ExecutionTime.TotalMilliseconds);
        }
        var total = taken.Values.Sum(static t => t.Min());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  time within the analyzers: {total:0} ms"));
        foreach (var (analyzer, times) in taken.OrderByDescending(static t => t.Value.Min()).Where(t => t.Value.Min() >= total / 100))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {analyzer.GetType().Name,-28} {times.Min(),8:0.0} ms  {times.Min() / total,6:0.0%}"));
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

    /// <summary>What disturbs a measurement only ever makes it slower.</summary>
    private static double Tenth(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 10);
}
