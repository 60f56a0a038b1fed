using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KeyedWorkflows.Analyzers;

/// <summary>
/// Keeps CA1822 ("mark the member as static") quiet on the methods of a workflow that a run calls. A step that uses no service today may use one tomorrow; whether it is static says nothing of the workflow.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StaticStepSuppressor : DiagnosticSuppressor
{
    private static readonly SuppressionDescriptor Static = new("KWS1822", "CA1822", "A method that a run of a workflow calls may be an instance method, though it uses no service.");

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } = [Static];

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        if (RunMethods.Create(context.Compilation) is not { } methods)
            return;
        foreach (var diagnostic in context.ReportedDiagnostics)
        {
            if (diagnostic.Location.SourceTree is not { } tree)
                continue;
            var node = tree.GetRoot(context.CancellationToken).FindNode(diagnostic.Location.SourceSpan);
            if (context.GetSemanticModel(tree).GetDeclaredSymbol(node, context.CancellationToken) is IMethodSymbol method && methods.Contains(method))
                context.ReportSuppression(Suppression.Create(Static, diagnostic));
        }
    }
}
