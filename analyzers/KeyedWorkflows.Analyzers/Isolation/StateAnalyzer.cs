using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Isolation;

/// <summary>Reports state of the workflow's class that a step assigns (KW4004). Where it is a model client, KW4001 says more.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StateAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.StepState];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (RunMethods.Create(start.Compilation) is not { } methods)
                return;
            var holding = new ClientHolding(ModelClientTypes.Of(start.Compilation));
            WorkflowBodies.Register(start, methods.Workflow, block =>
            {
                if (block.OwningSymbol is not IMethodSymbol method || !methods.Contains(method))
                    return;
                block.RegisterOperationAction(operation => OfAssignment(operation, method, holding), OperationKind.SimpleAssignment, OperationKind.CoalesceAssignment, OperationKind.CompoundAssignment);
                block.RegisterOperationAction(operation => OfDeconstruction(operation, method), OperationKind.DeconstructionAssignment);
                block.RegisterOperationAction(operation => OfIncrement(operation, method), OperationKind.Increment, OperationKind.Decrement);
                block.RegisterOperationAction(operation => OfCall(operation, method, holding), OperationKind.Invocation);
            });
        });
    }

    private static void OfAssignment(OperationAnalysisContext context, IMethodSymbol method, ClientHolding holding)
    {
        var assignment = (IAssignmentOperation)context.Operation;
        if (!(Storage.Outlives(assignment.Target) && (holding.Holds(assignment.Value) || holding.FindRunning(assignment.Value) is not null)))
            OfTarget(context, assignment.Target, method);
    }

    private static void OfDeconstruction(OperationAnalysisContext context, IMethodSymbol method)
    {
        if (((IDeconstructionAssignmentOperation)context.Operation).Target is not ITupleOperation tuple)
            return;
        foreach (var element in tuple.Elements)
            OfTarget(context, element, method);
    }

    private static void OfIncrement(OperationAnalysisContext context, IMethodSymbol method) => OfTarget(context, ((IIncrementOrDecrementOperation)context.Operation).Target, method);

    private static void OfCall(OperationAnalysisContext context, IMethodSymbol method, ClientHolding holding)
    {
        var call = (IInvocationOperation)context.Operation;
        foreach (var argument in call.Arguments)
        {
            // `Interlocked.Exchange(ref kept, chat)`.
            if (argument.Parameter?.RefKind is RefKind.Ref or RefKind.Out && !holding.KeepsByReference(call, argument))
                OfTarget(context, argument.Value, method);
        }
    }

    private static void OfTarget(OperationAnalysisContext context, IOperation target, IMethodSymbol method)
    {
        var what = Storage.Bare(target) switch
        {
            IFieldReferenceOperation { Field: { IsConst: false } field } when IsOwn(field) => $"the field `{field.Name}`",
            IPropertyReferenceOperation { Property: var property } when IsOwn(property) => $"the property `{property.Name}`",
            IParameterReferenceOperation { Parameter: var parameter } when Storage.IsOfConstructor(parameter) => $"`{parameter.Name}`, which the constructor took,",
            _ => null,
        };
        if (what is not null)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.StepState, target.Syntax.GetLocation(), $"`{method.Name}` assigns {what}: steps run side by side, and a resumed run does not run it again. Return the value, and take it as a parameter where it is needed."));
        }

        bool IsOwn(ISymbol member)
        {
            for (var type = method.ContainingType; type is not null; type = type.BaseType)
            {
                if (SymbolEqualityComparer.Default.Equals(type, member.ContainingType))
                    return true;
            }
            return false;
        }
    }
}
