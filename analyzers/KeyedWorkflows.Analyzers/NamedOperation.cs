using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KeyedWorkflows.Analyzers;

/// <summary>An operation that was asked for because of a name.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Context">Where it was found.</param>
internal readonly record struct NamedOperation(IOperation Operation, SyntaxNodeAnalysisContext Context)
{
    /// <summary>The member that it stands in.</summary>
    public ISymbol ContainingSymbol => Context.ContainingSymbol!;

    public CancellationToken CancellationToken => Context.CancellationToken;

    public void ReportDiagnostic(Diagnostic diagnostic) => Context.ReportDiagnostic(diagnostic);
}
