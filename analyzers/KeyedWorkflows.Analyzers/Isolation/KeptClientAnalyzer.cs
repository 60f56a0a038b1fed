using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Isolation;

/// <summary>Reports a model client that is kept where it outlives its step (KW4001): by what a step or a method that it calls assigns, adds or hands over, and by work that nobody waits for.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class KeptClientAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.KeptClient];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(KnownNames.Workflow) is not { } workflow)
                return;
            var holding = new ClientHolding(ModelClientTypes.Of(start.Compilation));
            WorkflowBodies.Register(start, workflow, block =>
            {
                // What a constructor is given is KW4003's to say.
                if (block.OwningSymbol is not IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.PropertySet or MethodKind.PropertyGet } method || Attributes.Find(method.ContainingType, workflow) is null)
                    return;
                block.RegisterOperationAction(operation => OfAssignment(operation, method, holding), OperationKind.SimpleAssignment, OperationKind.CoalesceAssignment);
                block.RegisterOperationAction(operation => OfEvent(operation, method, holding), OperationKind.EventAssignment);
                block.RegisterOperationAction(operation => OfCall(operation, method, holding), OperationKind.Invocation);
                block.RegisterOperationAction(operation => OfTimer(operation, method, holding), OperationKind.ObjectCreation);
                block.RegisterOperationAction(operation => OfLocal(operation, method, holding), OperationKind.VariableDeclarator);
                block.RegisterOperationAction(operation => OfLambda(operation, method, holding), OperationKind.AnonymousFunction);
            });
        });
    }

    private static void OfAssignment(OperationAnalysisContext context, IMethodSymbol method, ClientHolding holding)
    {
        var assignment = (IAssignmentOperation)context.Operation;
        if (assignment.Target is IDiscardOperation)
        {
            if (holding.FindRunning(assignment.Value) is { } running)
                Report(context, running, method);
        }
        else if (Storage.Outlives(assignment.Target) && (holding.Holds(assignment.Value) || holding.FindRunning(assignment.Value) is not null))
        {
            Report(context, assignment.Target, method);
        }
    }

    private static void OfEvent(OperationAnalysisContext context, IMethodSymbol method, ClientHolding holding)
    {
        var assignment = (IEventAssignmentOperation)context.Operation;
        if (assignment.Adds && IsKept(assignment) && holding.Holds(assignment.HandlerValue))
            Report(context, holding.FindCaptured(assignment.HandlerValue) ?? assignment.HandlerValue, method);
    }

    /// <summary>Whether what has the event outlives the step.</summary>
    private static bool IsKept(IEventAssignmentOperation assignment) => Storage.Bare(assignment.EventReference) is IEventReferenceOperation reference && (reference.Event.IsStatic || Storage.Outlives(reference.Instance));

    private static void OfCall(OperationAnalysisContext context, IMethodSymbol method, ClientHolding holding)
    {
        var call = (IInvocationOperation)context.Operation;
        if (IsLeft(call, holding) is { } running)
        {
            Report(context, running, method);
            return;
        }
        foreach (var argument in call.Arguments)
        {
            if (holding.KeepsByReference(call, argument))
                Report(context, argument.Value, method);
        }
        if (call.Instance is { } collection && Storage.Outlives(collection) && Stores(call, holding))
            Report(context, call, method);
    }

    /// <summary>A timer calls back for as long as it lives.</summary>
    private static void OfTimer(OperationAnalysisContext context, IMethodSymbol method, ClientHolding holding)
    {
        var creation = (IObjectCreationOperation)context.Operation;
        if (!IsTimer(creation) || holding.FindCaptured(creation) is not { } used)
            return;

        // Where the timer itself is kept, that is said there.
        IOperation kept = creation;
        while (kept.Parent is IConversionOperation conversion)
            kept = conversion;
        if (kept.Parent is not IAssignmentOperation assignment || !Storage.Outlives(assignment.Target) || !holding.Holds(creation))
            Report(context, used, method);
    }

    /// <summary>Work that a local holds, and that nothing asks for again.</summary>
    private static void OfLocal(OperationAnalysisContext context, IMethodSymbol method, ClientHolding holding)
    {
        var declarator = (IVariableDeclaratorOperation)context.Operation;
        if (declarator.Initializer is { Value: var work } && holding.FindRunning(work) is { } running && !IsAskedFor(declarator))
            Report(context, running, method);
    }

    /// <summary>Nobody can wait for a lambda that is <c>async void</c>.</summary>
    private static void OfLambda(OperationAnalysisContext context, IMethodSymbol method, ClientHolding holding)
    {
        var lambda = (IAnonymousFunctionOperation)context.Operation;
        if (lambda.Symbol is { IsAsync: true, ReturnsVoid: true } && !IsTakenAlong(lambda, holding) && holding.FindCaptured(lambda) is { } used)
            Report(context, used, method);
    }

    /// <summary>The client with which a call goes on after the step: nobody waits for it, or nobody can.</summary>
    private static IOperation? IsLeft(IInvocationOperation call, ClientHolding holding)
    {
        var called = call.TargetMethod;
        if (called is { IsAsync: true, ReturnsVoid: true })
            return holding.FindUse(call);
        if (called is { Name: "QueueUserWorkItem" or "UnsafeQueueUserWorkItem", ContainingType.Name: "ThreadPool" })
            return holding.FindCaptured(call);
        if (call.Parent is not IExpressionStatementOperation || IsTakenAlong(call, holding))
            return null;
        if (called.ReturnsVoid && called.IsExtensionMethod && called.Name.Contains("Forget") && call.Arguments is [var left, ..])
            return holding.FindRunning(left.Value);
        return holding.FindRunning(call);
    }

    /// <summary>Whether the lambda around is kept as a whole, which is said at its own place.</summary>
    private static bool IsTakenAlong(IOperation? operation, ClientHolding holding)
    {
        while (operation is not null and not IAnonymousFunctionOperation)
            operation = operation.Parent;
        for (operation = operation?.Parent; operation is IDelegateCreationOperation or IConversionOperation or IArgumentOperation or IParenthesizedOperation;)
            operation = operation.Parent;
        return operation switch
        {
            IObjectCreationOperation creation => IsTimer(creation),
            IEventAssignmentOperation assignment => IsKept(assignment),
            IAssignmentOperation assignment => Storage.Outlives(assignment.Target),
            IInvocationOperation call => call.TargetMethod.ContainingType.Name == "ThreadPool" || (call.Instance is { } collection && Storage.Outlives(collection) && Stores(call, holding)),
            _ => false,
        };
    }

    /// <summary>Whether a client goes into what is kept, as a key or an element; to ask for one, or to pass one on to a factory, keeps none.</summary>
    private static bool Stores(IInvocationOperation call, ClientHolding holding)
    {
        var type = call.TargetMethod.ContainingType;
        var isCollection = IsCollection(type);
        if (isCollection
            ? call.TargetMethod.Name is not ("Add" or "TryAdd" or "Insert" or "Enqueue" or "Push" or "AddFirst" or "AddLast" or "AddOrUpdate" or "GetOrAdd" or "TryUpdate")
            : type.Name != "ChannelWriter" || call.TargetMethod.Name is not ("TryWrite" or "WriteAsync"))
            return false;
        foreach (var argument in call.Arguments)
        {
            // `clients.GetOrAdd(tenant, _ => chat)`.
            if (isCollection && holding.Makes(argument.Value))
                return true;
            if (argument.Parameter is not { } parameter || !(holding.Holds(argument.Value) || holding.FindRunning(argument.Value) is not null))
                continue;
            foreach (var element in type.TypeArguments)
            {
                if (SymbolEqualityComparer.Default.Equals(element, parameter.Type))
                    return true;
            }
        }
        return false;
    }

    private static bool IsAskedFor(IVariableDeclaratorOperation declarator)
    {
        foreach (var operation in LocalTrace.RootOf(declarator).Descendants())
        {
            if (operation is not ILocalReferenceOperation local || !SymbolEqualityComparer.Default.Equals(local.Local, declarator.Symbol))
                continue;
            if (local.Parent is not IInvocationOperation { TargetMethod.Name: "ContinueWith" } next || next.Instance != local || !IsDropped(next))
                return true;
        }
        return false;
    }

    private static bool IsDropped(IOperation call) => call.Parent is IExpressionStatementOperation || call.Parent is ISimpleAssignmentOperation { Target: IDiscardOperation };

    private static bool IsTimer(IObjectCreationOperation creation) => creation.Type is { Name: "Timer" or "Thread", ContainingNamespace.Name: "Threading" or "Timers" };

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

    private static void Report(OperationAnalysisContext context, IOperation place, IMethodSymbol method) => context.ReportDiagnostic(Diagnostic.Create(
        Rules.KeptClient,
        place.Syntax.GetLocation(),
        $"`{method.Name}` keeps its model client where it outlives the step. A client works in its own run and step alone: what a later step or another client's run finds there is refused. Take a client as a parameter of each step that calls a model, and await what it does."));
}
