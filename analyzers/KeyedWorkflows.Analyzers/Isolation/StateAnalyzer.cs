using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Isolation;

/// <summary>
/// Reports what a run leaves behind for another to find: a model client that is kept where it outlives its step (KW4001), and state of the workflow's class that a step assigns (KW4004).
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StateAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.KeptClient, Rules.StepState];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (RunMethods.Create(start.Compilation) is not { } methods)
                return;
            var clients = ModelClientTypes.Of(start.Compilation);
            start.RegisterOperationBlockStartAction(block =>
            {
                if (block.OwningSymbol is not IMethodSymbol method || !methods.Contains(method))
                    return;
                block.RegisterOperationAction(operation => OfAssignment(operation, method, clients), OperationKind.SimpleAssignment, OperationKind.CoalesceAssignment, OperationKind.CompoundAssignment);
                block.RegisterOperationAction(operation => OfDeconstruction(operation, method), OperationKind.DeconstructionAssignment);
                block.RegisterOperationAction(operation => OfIncrement(operation, method), OperationKind.Increment, OperationKind.Decrement);
                block.RegisterOperationAction(operation => OfCall(operation, method, clients), OperationKind.Invocation);
                block.RegisterOperationAction(operation => OfTimer(operation, method, clients), OperationKind.ObjectCreation);
            });
        });
    }

    private static void OfAssignment(OperationAnalysisContext context, IMethodSymbol method, ModelClientTypes clients)
    {
        var assignment = (IAssignmentOperation)context.Operation;
        if (clients.IsModelClient(Storage.Bare(assignment.Value).Type) && assignment.Target is not ILocalReferenceOperation and not IDiscardOperation && Storage.Outlives(assignment.Target))
            ReportClient(context, assignment.Target, method);
        else
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

    private static void OfCall(OperationAnalysisContext context, IMethodSymbol method, ModelClientTypes clients)
    {
        var call = (IInvocationOperation)context.Operation;
        if (IsLeftAlone(call) && StartsElsewhere(call.TargetMethod) && FindClient(call, clients) is { } running)
        {
            ReportClient(context, running, method);
            return;
        }
        var hasClient = false;
        foreach (var argument in call.Arguments)
            hasClient |= argument.Parameter?.RefKind == RefKind.None && clients.IsModelClient(Storage.Bare(argument.Value).Type);
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.RefKind is not (RefKind.Ref or RefKind.Out))
                continue;
            if (hasClient && Storage.Outlives(argument.Value))
                ReportClient(context, argument.Value, method);
            else
                OfTarget(context, argument.Value, method);
        }
        if (call.Instance is { } collection && IsCollection(call.TargetMethod.ContainingType) && Storage.Outlives(collection) && Stores(call, clients))
            ReportClient(context, call, method);
    }

    /// <summary>A timer calls back for as long as it lives.</summary>
    private static void OfTimer(OperationAnalysisContext context, IMethodSymbol method, ModelClientTypes clients)
    {
        var creation = (IObjectCreationOperation)context.Operation;
        if (creation.Type is { Name: "Timer" or "Thread", ContainingNamespace: { Name: "Threading" or "Timers" } } && FindClient(creation, clients) is { } used)
            ReportClient(context, used, method);
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

    private static void ReportClient(OperationAnalysisContext context, IOperation place, IMethodSymbol method) => context.ReportDiagnostic(Diagnostic.Create(
        Rules.KeptClient,
        place.Syntax.GetLocation(),
        $"`{method.Name}` keeps its model client where it outlives the step: another client's run could find it there, and the run refuses it. Take a client as a parameter of each step that calls a model."));

    /// <summary>Nobody waits for what the call starts.</summary>
    private static bool IsLeftAlone(IInvocationOperation call) =>
        call.Parent is IExpressionStatementOperation || call.Parent is ISimpleAssignmentOperation { Target: IDiscardOperation };

    private static bool StartsElsewhere(IMethodSymbol called) => called.ContainingType is { ContainingNamespace: { Name: "Threading" or "Tasks" } } type
        && (type.Name, called.Name) is ("Task", "Run") or ("TaskFactory", "StartNew") or ("ThreadPool", "QueueUserWorkItem") or ("ThreadPool", "UnsafeQueueUserWorkItem");

    /// <summary>A model client that a lambda within takes along.</summary>
    private static IOperation? FindClient(IOperation around, ModelClientTypes clients)
    {
        foreach (var lambda in around.Descendants())
        {
            if (lambda is not IAnonymousFunctionOperation function)
                continue;
            foreach (var used in function.Descendants())
            {
                if (used is IParameterReferenceOperation or ILocalReferenceOperation && clients.IsModelClient(used.Type) && !IsOf(function, used))
                    return used;
            }
        }
        return null;
    }

    private static bool IsOf(IAnonymousFunctionOperation function, IOperation used)
    {
        ISymbol? symbol = used switch
        {
            IParameterReferenceOperation parameter => parameter.Parameter,
            ILocalReferenceOperation local => local.Local,
            _ => null,
        };
        return SymbolEqualityComparer.Default.Equals(symbol?.ContainingSymbol, function.Symbol);
    }

    /// <summary>Whether a client goes into the collection, as a key or an element; to ask for one, or to pass one on to a factory, keeps none.</summary>
    private static bool Stores(IInvocationOperation call, ModelClientTypes clients)
    {
        if (call.TargetMethod.Name is not ("Add" or "TryAdd" or "Insert" or "Enqueue" or "Push" or "AddFirst" or "AddLast" or "AddOrUpdate" or "GetOrAdd" or "TryUpdate"))
            return false;
        foreach (var argument in call.Arguments)
        {
            if (!clients.IsModelClient(Storage.Bare(argument.Value).Type) || argument.Parameter is not { } parameter)
                continue;
            foreach (var element in call.TargetMethod.ContainingType.TypeArguments)
            {
                if (SymbolEqualityComparer.Default.Equals(element, parameter.Type))
                    return true;
            }
        }
        return false;
    }

    private static bool IsCollection(INamedTypeSymbol? type)
    {
        var space = type?.ContainingNamespace;
        while (space is { IsGlobalNamespace: false })
        {
            if (space is { Name: "Collections", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } })
                return true;
            space = space.ContainingNamespace;
        }
        return false;
    }
}
