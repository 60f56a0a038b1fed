using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KeyedWorkflows.Benchmarks.Analyzers;

/// <summary>Has one rule, and looks at nothing but the name of each type.</summary>
internal sealed class IdleAnalyzer : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor Nameless = new("IDLE", "Nameless", "Nameless", "Idle", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Nameless];

    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(
            static symbol =>
            {
                if (symbol.Symbol.Name.Length == 0)
                    symbol.ReportDiagnostic(Diagnostic.Create(Nameless, symbol.Symbol.Locations[0]));
            },
            SymbolKind.NamedType);
    }
}
