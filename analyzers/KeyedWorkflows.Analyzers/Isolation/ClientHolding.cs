using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Isolation;

/// <summary>Tells what takes a model client along: a value that holds one, or work that calls one while it goes on. What is not certain holds none.</summary>
internal sealed class ClientHolding(ModelClientTypes clients)
{
    /// <summary>Whether a value is a model client, or holds one: in a tuple, record, collection or object that was made of it, or in a delegate that uses it.</summary>
    public bool Holds(IOperation? value) => Holds(value, new HashSet<ISymbol>(SymbolEqualityComparer.Default));

    /// <summary>Whether a factory is a lambda that gives a model client back, or what holds one.</summary>
    public bool Makes(IOperation factory)
    {
        if (Storage.Bare(factory) is not IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda } || lambda.Symbol.ReturnsVoid)
            return false;
        foreach (var part in lambda.Body.Descendants())
        {
            if (part is IReturnOperation { ReturnedValue: { } made } && !IsTask(made.Type) && Holds(made))
                return true;
        }
        return false;
    }

    /// <summary>Whether a call that is given a client leaves it where an argument points: <c>Interlocked.Exchange(ref kept, chat)</c>.</summary>
    public bool KeepsByReference(IInvocationOperation call, IArgumentOperation target)
    {
        if (target.Parameter?.RefKind is not (RefKind.Ref or RefKind.Out) || !clients.IsModelClient(target.Value.Type) || !Storage.Outlives(target.Value))
            return false;
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.RefKind == RefKind.None && clients.IsModelClient(Storage.Bare(argument.Value).Type))
                return true;
        }
        return false;
    }

    /// <summary>The client that work which was started, and is not awaited here, goes on with; null where there is none.</summary>
    public IOperation? FindRunning(IOperation? work)
    {
        while (work is not null)
        {
            work = Storage.Bare(work);
            if (work is not IInvocationOperation call || !IsTask(call.Type))
                return null;
            if (call.Instance is { } instance && IsTask(instance.Type))
            {
                // Of what comes after, the work itself is what goes on.
                if (FindArgument(call) is { } next)
                    return next;
                work = instance;
                continue;
            }
            return FindUse(call);
        }
        return null;
    }

    /// <summary>The client that a call is made on, or is given.</summary>
    public IOperation? FindUse(IInvocationOperation call)
    {
        if (call.Instance is { } instance && clients.IsModelClient(Storage.Bare(instance).Type))
            return instance;
        if (call.TargetMethod.MethodKind == MethodKind.LocalFunction && FindInFunction(call.TargetMethod, call) is not null)
            return call;
        return FindArgument(call);
    }

    /// <summary>A model client that a lambda within takes along.</summary>
    public IOperation? FindCaptured(IOperation around)
    {
        foreach (var part in around.DescendantsAndSelf())
        {
            if (part is IAnonymousFunctionOperation function && FindCaptured(function, function.Symbol) is { } used)
                return used;
            if (part is IMethodReferenceOperation { Method: { MethodKind: MethodKind.LocalFunction } local } && FindInFunction(local, around) is not null)
                return part;
        }
        return null;
    }

    private IOperation? FindArgument(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (Holds(argument.Value))
                return FindCaptured(argument.Value) ?? argument.Value;
        }
        return null;
    }

    /// <summary>Each local is looked into once: two that are made of each other have no end.</summary>
    private bool Holds(IOperation? value, HashSet<ISymbol> seen)
    {
        if (value is null)
            return false;
        value = Storage.Bare(value);
        if (value is ILiteralOperation or IDefaultValueOperation)
            return false;
        if (clients.IsModelClient(value.Type))
            return true;
        switch (value)
        {
            case ITupleOperation tuple:
                return AnyHolds(tuple.Elements, seen);
            case IArrayCreationOperation { Initializer.ElementValues: var elements }:
                return AnyHolds(elements, seen);
            case ICollectionExpressionOperation collection:
                return AnyHolds(collection.Elements, seen);
            case IAnonymousObjectCreationOperation anonymous:
                return AnySets(anonymous.Initializers, seen);
            case IObjectCreationOperation creation:
                foreach (var argument in creation.Arguments)
                {
                    if (Holds(argument.Value, seen))
                        return true;
                }
                return AnySets(creation.Initializer?.Initializers ?? [], seen);
            case IWithOperation copy:
                return Holds(copy.Operand, seen) || AnySets(copy.Initializer?.Initializers ?? [], seen);
            case IDelegateCreationOperation created:
                return Holds(created.Target, seen);
            case IAnonymousFunctionOperation lambda:
                return FindCaptured(lambda, lambda.Symbol) is not null;
            case IMethodReferenceOperation { Method.MethodKind: MethodKind.LocalFunction } function:
                return FindInFunction(function.Method, function) is not null;
            case IMethodReferenceOperation { Instance: { } instance }:
                return clients.IsModelClient(Storage.Bare(instance).Type);
            case IConditionalOperation choice:
                return Holds(choice.WhenTrue, seen) || Holds(choice.WhenFalse, seen);
            case ICoalesceOperation coalesce:
                return Holds(coalesce.Value, seen) || Holds(coalesce.WhenNull, seen);
            case ILocalReferenceOperation local when seen.Add(local.Local):
                return AnyHolds(LocalTrace.ValuesOf(local.Local, local), seen);
            default:
                return false;
        }
    }

    private bool AnyHolds(IEnumerable<IOperation> values, HashSet<ISymbol> seen)
    {
        foreach (var value in values)
        {
            if (Holds(value, seen))
                return true;
        }
        return false;
    }

    private bool AnySets(ImmutableArray<IOperation> initializers, HashSet<ISymbol> seen)
    {
        foreach (var initializer in initializers)
        {
            if (initializer is ISimpleAssignmentOperation { Value: var value } && Holds(value, seen))
                return true;
        }
        return false;
    }

    private IOperation? FindInFunction(IMethodSymbol function, IOperation anywhere)
    {
        foreach (var operation in LocalTrace.RootOf(anywhere).Descendants())
        {
            if (operation is ILocalFunctionOperation { Body: { } body } local && SymbolEqualityComparer.Default.Equals(local.Symbol, function.OriginalDefinition))
                return FindCaptured(body, local.Symbol);
        }
        return null;
    }

    /// <summary>A client of the method around, and not one that the function itself is given or makes.</summary>
    private IOperation? FindCaptured(IOperation body, IMethodSymbol function)
    {
        foreach (var used in body.Descendants())
        {
            ISymbol? symbol = used switch
            {
                IParameterReferenceOperation parameter => parameter.Parameter,
                ILocalReferenceOperation local => local.Local,
                _ => null,
            };
            if (symbol is not null && clients.IsModelClient(used.Type) && !IsWithin(symbol.ContainingSymbol, function))
                return used;
        }
        return null;
    }

    private static bool IsWithin(ISymbol? symbol, IMethodSymbol function)
    {
        for (; symbol is IMethodSymbol; symbol = symbol.ContainingSymbol)
        {
            if (SymbolEqualityComparer.Default.Equals(symbol, function))
                return true;
        }
        return false;
    }

    private static bool IsTask(ITypeSymbol? type) =>
        type is { Name: "Task" or "ValueTask" or "ConfiguredTaskAwaitable" or "ConfiguredValueTaskAwaitable" } && type.ContainingNamespace is { Name: "Tasks" or "CompilerServices" };
}
