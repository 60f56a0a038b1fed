using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers;

/// <summary>Reports calls that hold a thread until something else has ended, in the methods of a workflow that a run calls: steps, tools, conditions and choosers.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BlockingCallAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.BlockingCall];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (RunMethods.Create(start.Compilation) is not { } methods)
                return;
            var calls = new BlockingCalls(start.Compilation);
            WorkflowBodies.Register(start, methods.Workflow, block =>
            {
                if (block.OwningSymbol is not IMethodSymbol method || !methods.Contains(method))
                    return;
                block.RegisterOperationAction(operation => Analyze(operation, method, calls), OperationKind.Invocation, OperationKind.PropertyReference);
            });
        });
    }

    private static void Analyze(OperationAnalysisContext context, IMethodSymbol method, BlockingCalls calls)
    {
        if (calls.Find(context.Operation) is { } call)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.BlockingCall,
                context.Operation.Syntax.GetLocation(),
                $"`{method.Name}` blocks a thread with `{call.Name}`: other runs wait for it, and the run can lock itself up. {call.Instead}"));
        }
    }
}
