using System.Collections.Immutable;
using KeyedWorkflows.Analyzers;
using KeyedWorkflows.Generators.Tests.Compilations;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>CA1822, which the SDK's recommended rules make a warning, against workflows.</summary>
public sealed class StaticStepSuppressorTests
{
    private const string Source = """
        public sealed partial class Flow : IWorkflow<string, int>
        {
            [Step(When = nameof(IsLong))] public int Count(string text) => text.Length;
            public bool IsLong(string text) => text.Length > 100;
            [Tool] public string LookUp(string word) => word;
            public int Other() => 1;
        }
        """;

    [Fact]
    public async Task Methods_that_a_run_calls_need_not_be_static_others_should() => Assert.Equal(["Other"], await LeftAsync("[Workflow(\"flow\")] " + Source));

    [Fact]
    public async Task Without_a_workflow_nothing_is_kept_quiet() => Assert.Equal(["Count", "IsLong", "LookUp", "Other"], await LeftAsync(Source));

    /// <summary>The methods for which the warning is left.</summary>
    private static async Task<string[]> LeftAsync(string source)
    {
        var compilation = TestCompilation.Of(source);
        var options = new CompilationWithAnalyzersOptions(new([]), null, concurrentAnalysis: false, logAnalyzerExecutionTime: false, reportSuppressedDiagnostics: true);
        var reported = await compilation.WithAnalyzers([new MethodReporter(), new StaticStepSuppressor()], options).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        return [.. reported.Where(static diagnostic => !diagnostic.IsSuppressed).Select(static diagnostic => diagnostic.GetMessage(null)).Order(StringComparer.Ordinal)];
    }

    // A stand-in that no compiler ever loads.
#pragma warning disable RS1029, RS1036, RS1038, RS1041, RS2008
    /// <summary>Stands for the SDK's analyzer: reports every method.</summary>
    [DiagnosticAnalyzer(LanguageNames.CSharp)]
    private sealed class MethodReporter : DiagnosticAnalyzer
    {
        private static readonly DiagnosticDescriptor Rule = new("CA1822", "Mark members as static", "{0}", "Performance", DiagnosticSeverity.Warning, isEnabledByDefault: true);

        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rule];

        public override void Initialize(AnalysisContext context)
        {
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.EnableConcurrentExecution();
            context.RegisterSymbolAction(
                static symbol =>
                {
                    if (symbol.Symbol is IMethodSymbol { MethodKind: MethodKind.Ordinary, IsStatic: false } method)
                        symbol.ReportDiagnostic(Diagnostic.Create(Rule, method.Locations[0], method.Name));
                },
                SymbolKind.Method);
        }
    }
#pragma warning restore RS1029, RS1036, RS1038, RS1041, RS2008
}
