using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers;

/// <summary>Looks through an expression, and through what was assigned to the locals that it uses.</summary>
internal static class LocalTrace
{
    /// <summary>Whether something that an expression is made of is of a kind.</summary>
    public static bool Any(IOperation expression, Func<IOperation, bool> isMeant) => Any(expression, isMeant, new(SymbolEqualityComparer.Default));

    /// <summary>All that is assigned to a local in its member: its initializer, assignments and patterns' values.</summary>
    public static List<IOperation> ValuesOf(ILocalSymbol local, IOperation anywhere)
    {
        var values = new List<IOperation>();
        foreach (var operation in RootOf(anywhere).Descendants())
        {
            switch (operation)
            {
                case IVariableDeclaratorOperation { Initializer.Value: { } value } declarator when Same(declarator.Symbol, local):
                    values.Add(value);
                    break;
                case IAssignmentOperation { Target: var target, Value: var value } when target is ILocalReferenceOperation reference && Same(reference.Local, local):
                    values.Add(value);
                    break;
                case IDeconstructionAssignmentOperation { Target: ITupleOperation targets, Value: var value } when Holds(targets, local):
                    values.Add(value);
                    break;
                case IIsPatternOperation { Pattern: IDeclarationPatternOperation { DeclaredSymbol: { } symbol }, Value: var value } when Same(symbol, local):
                    values.Add(value);
                    break;
                case IForEachLoopOperation { LoopControlVariable: IVariableDeclaratorOperation element, Collection: var collection } when Same(element.Symbol, local):
                    values.Add(collection);
                    break;
                default:
                    break;
            }
        }
        return values;
    }

    /// <summary>The whole body that an operation is part of.</summary>
    public static IOperation RootOf(IOperation operation)
    {
        while (operation.Parent is { } parent)
            operation = parent;
        return operation;
    }

    /// <summary>Each local is looked through once: two that are made of each other have no end.</summary>
    private static bool Any(IOperation expression, Func<IOperation, bool> isMeant, HashSet<ISymbol> seen)
    {
        foreach (var part in expression.DescendantsAndSelf())
        {
            if (isMeant(part))
                return true;
            if (part is not ILocalReferenceOperation { Local: var local } || !seen.Add(local))
                continue;
            foreach (var value in ValuesOf(local, expression))
            {
                if (Any(value, isMeant, seen))
                    return true;
            }
        }
        return false;
    }

    private static bool Holds(ITupleOperation targets, ILocalSymbol local)
    {
        foreach (var target in targets.Elements)
        {
            if (target is ILocalReferenceOperation reference ? Same(reference.Local, local) : target is IDeclarationExpressionOperation { Expression: ILocalReferenceOperation declared } && Same(declared.Local, local))
                return true;
        }
        return false;
    }

    private static bool Same(ISymbol one, ISymbol other) => SymbolEqualityComparer.Default.Equals(one, other);
}
