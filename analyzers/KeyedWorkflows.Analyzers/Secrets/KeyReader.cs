using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Secrets;

/// <summary>Reads one member as it runs, from its first statement to its last, and knows of each local what it carries there. Statements are in this part.</summary>
/// <param name="flow">The class.</param>
/// <param name="member">The method; null for an initializer.</param>
/// <param name="isEntry">The method is read for itself, and not for a call.</param>
internal sealed partial class KeyReader(KeyFlow flow, IMethodSymbol? member, bool isEntry)
{
    private readonly Dictionary<ISymbol, ILocalFunctionOperation> functions = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> calling = new(SymbolEqualityComparer.Default);
    private readonly Stack<Carried> conditional = new();
    private readonly Stack<Carried> receivers = new();
    private Dictionary<ISymbol, Carried> locals = new(SymbolEqualityComparer.Default);
    private int inner;

    /// <summary>What the member has given back.</summary>
    public Carried Returned { get; private set; }

    public void Set(ISymbol symbol, Carried carried)
    {
        if (carried.IsNone)
            locals.Remove(symbol);
        else
            locals[symbol] = carried;
    }

    /// <summary>Reads an operation and those within it.</summary>
    /// <returns>What its value carries.</returns>
    public Carried Read(IOperation? operation)
    {
        if (operation is null || !flow.TryEnter())
            return Carried.None;
        var carried = ReadEntered(operation);
        flow.Leave();
        return carried;
    }

    private Carried ReadEntered(IOperation operation)
    {
        switch (operation)
        {
            case IMethodBodyBaseOperation or IBlockOperation:
                return ReadBlock(operation);
            case IVariableDeclaratorOperation declarator:
                if (declarator.Initializer is { } initializer)
                    Set(declarator.Symbol, Read(initializer.Value));
                return Carried.None;
            case IFieldInitializerOperation field:
                var ofField = Read(field.Value);
                foreach (var initialized in field.InitializedFields)
                    flow.Keep(initialized, ofField);
                return Carried.None;
            case IPropertyInitializerOperation property:
                var ofProperty = Read(property.Value);
                foreach (var initialized in property.InitializedProperties)
                    flow.Keep(initialized, ofProperty);
                return Carried.None;
            case IConditionalOperation choice:
                return ReadChoice(choice);
            case ISwitchOperation cases:
                return ReadCases(cases);
            case ILoopOperation loop:
                return ReadLoop(loop);
            case ITryOperation attempt:
                return ReadTry(attempt);
            case IReturnOperation result:
                return ReadReturn(result);
            case ILocalFunctionOperation:
                return Carried.None;
            default:
                return ReadExpression(operation);
        }
    }

    private Carried ReadBlock(IOperation block)
    {
        List<ILocalFunctionOperation>? declared = null;
        foreach (var part in block.ChildOperations)
        {
            if (part is not ILocalFunctionOperation function)
                continue;
            (declared ??= []).Add(function);
            functions[function.Symbol] = function;
        }
        foreach (var part in block.ChildOperations)
            Read(part);
        foreach (var function in declared ?? [])
            ReadFunction(function, []);
        return Carried.None;
    }

    private Carried ReadChoice(IConditionalOperation choice)
    {
        Read(choice.Condition);
        var before = Copy();
        var value = Read(choice.WhenTrue);
        var whenTrue = locals;
        locals = before;
        value = value.Or(Read(choice.WhenFalse));
        if (Leaves(choice.WhenFalse))
            locals = whenTrue;
        else if (!Leaves(choice.WhenTrue))
            Merge(whenTrue);
        return CanCarry(choice) ? value : Carried.None;
    }

    private Carried ReadCases(ISwitchOperation cases)
    {
        var asked = Read(cases.Value);
        var before = locals;
        var after = Copy();
        foreach (var section in cases.Cases)
        {
            locals = new(before, SymbolEqualityComparer.Default);
            foreach (var clause in section.Clauses)
            {
                if (clause is IPatternCaseClauseOperation { Pattern: var pattern, Guard: var guard })
                {
                    Bind(pattern, asked);
                    Read(guard);
                }
            }
            foreach (var part in section.Body)
                Read(part);
            if (section.Body.Length == 0 || !LeavesMethod(section.Body[section.Body.Length - 1]))
                MergeInto(after, locals);
        }
        locals = after;
        return Carried.None;
    }

    /// <summary>Twice, so that what the end of the body leaves is there at its start.</summary>
    private Carried ReadLoop(ILoopOperation loop)
    {
        var before = Copy();
        for (var round = 0; round < 2; round++)
        {
            if (loop is IForEachLoopOperation each)
            {
                var elements = Read(each.Collection);
                Assign(each.LoopControlVariable is IVariableDeclaratorOperation declarator ? declarator : each.LoopControlVariable, elements);
                Read(each.Body);
                continue;
            }
            foreach (var part in loop.ChildOperations)
                Read(part);
        }
        Merge(before);
        return Carried.None;
    }

    private Carried ReadTry(ITryOperation attempt)
    {
        var before = Copy();
        Read(attempt.Body);
        var after = Copy();
        Merge(before);
        var thrown = locals;
        foreach (var handler in attempt.Catches)
        {
            locals = new(thrown, SymbolEqualityComparer.Default);
            foreach (var part in handler.ChildOperations)
                Read(part);
            if (!Leaves(handler.Handler))
                MergeInto(after, locals);
        }
        locals = after;
        Read(attempt.Finally);
        return Carried.None;
    }

    private Carried ReadReturn(IReturnOperation result)
    {
        var carried = Read(result.ReturnedValue);
        Returned = Returned.Or(carried);
        if (inner == 0 && isEntry && member is not null && result.ReturnedValue is { } value && !carried.IsNone && SecretSymbols.CanCarry(Isolation.Storage.Bare(value).Type))
        {
            if (flow.Known.IsStep(member))
                flow.Report(KeyPlace.Result, value, member);
            else if (flow.Known.IsTool(member))
                flow.Report(KeyPlace.Answer, value, member);
        }
        return Carried.None;
    }

    /// <summary>Reads a local function for a call, with the locals as they are there.</summary>
    private Carried ReadFunction(ILocalFunctionOperation function, Carried[] arguments)
    {
        if (!calling.Add(function.Symbol))
            return Carried.None;
        for (var i = 0; i < function.Symbol.Parameters.Length; i++)
            Set(function.Symbol.Parameters[i], i < arguments.Length ? arguments[i] : Carried.None);
        var result = ReadInner(function.Body);
        calling.Remove(function.Symbol);
        return result;
    }

    /// <summary>Reads a body within the member, whose returns are its own.</summary>
    private Carried ReadInner(IOperation? body)
    {
        var outer = Returned;
        Returned = Carried.None;
        inner++;
        Read(body);
        inner--;
        var result = Returned;
        Returned = outer;
        return result;
    }

    /// <summary>What follows is not reached from here.</summary>
    private static bool Leaves(IOperation? statement) => Last(statement) is IReturnOperation { Kind: not OperationKind.YieldReturn } or IBranchOperation or IThrowOperation or IExpressionStatementOperation { Operation: IThrowOperation };

    private static bool LeavesMethod(IOperation? statement) => Last(statement) is IReturnOperation { Kind: not OperationKind.YieldReturn } or IThrowOperation or IExpressionStatementOperation { Operation: IThrowOperation };

    private static IOperation? Last(IOperation? statement)
    {
        while (statement is IBlockOperation { Operations: { Length: > 0 } parts })
            statement = parts[parts.Length - 1];
        return statement;
    }

    private Dictionary<ISymbol, Carried> Copy() => new(locals, SymbolEqualityComparer.Default);

    private void Merge(Dictionary<ISymbol, Carried> other) => MergeInto(locals, other);

    private static void MergeInto(Dictionary<ISymbol, Carried> target, Dictionary<ISymbol, Carried> other)
    {
        foreach (var pair in other)
            target[pair.Key] = target.TryGetValue(pair.Key, out var mine) ? mine.Or(pair.Value) : pair.Value;
    }

    private static bool CanCarry(IOperation operation) => SecretSymbols.CanCarry(operation.Type);
}
