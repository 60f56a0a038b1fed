using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Secrets;

/// <summary>Follows keys through the members of a class: what its fields hold, what its methods give back, and where a key gets that others read.</summary>
internal sealed class KeyFlow
{
    private const int MostRounds = 3;
    private const int Deepest = 5;
    private const int MostCalls = 400;

    /// <summary>What nests deeper was written by a program: the compiler's stack is not deep enough to follow it.</summary>
    private const int DeepestNesting = 300;

    /// <summary>Of one member, with all that it calls. Loops in loops and functions that call each other multiply.</summary>
    private const int MostReads = 100_000;


    private readonly Dictionary<ISymbol, List<IOperation>> bodies;
    private readonly Dictionary<ISymbol, Carried> state = new(SymbolEqualityComparer.Default);
    private readonly HashSet<IMethodSymbol> running = new(SymbolEqualityComparer.Default);
    private readonly CancellationToken ct;
    private Action<KeyPlace, IOperation, IMethodSymbol?>? report;
    private bool hasChanged;
    private int calls;
    private int nesting;
    private int reads;

    /// <param name="known">The types that are known.</param>
    /// <param name="bodies">The bodies and initializers of the class, by member.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public KeyFlow(SecretSymbols known, Dictionary<ISymbol, List<IOperation>> bodies, CancellationToken cancellationToken)
    {
        Known = known;
        Sinks = new(known);
        this.bodies = bodies;
        ct = cancellationToken;
    }

    public SecretSymbols Known { get; }

    public KeySinks Sinks { get; }

    /// <summary>Reads all members, and says where a key gets out.</summary>
    /// <param name="found">Takes the place, what carries the key, and the step or tool that returns it.</param>
    public void Run(Action<KeyPlace, IOperation, IMethodSymbol?> found)
    {
        // What a constructor leaves in a field is there for a method that is declared above it.
        for (var round = 0; round < MostRounds && (round == 0 || hasChanged); round++)
        {
            hasChanged = false;
            ReadAll();
        }
        var seen = new HashSet<(SyntaxTree, Microsoft.CodeAnalysis.Text.TextSpan)>();
        report = (place, operation, member) =>
        {
            if (seen.Add((operation.Syntax.SyntaxTree, operation.Syntax.Span)))
                found(place, operation, member);
        };
        ReadAll();
    }

    public void Report(KeyPlace place, IOperation carrier, IMethodSymbol? member = null) => report?.Invoke(place, carrier, member);

    /// <summary>What a field or property of the class itself holds.</summary>
    public Carried OfState(ISymbol member) => state.TryGetValue(member, out var carried) ? carried : Carried.None;

    public void Keep(ISymbol member, Carried carried)
    {
        var before = OfState(member);
        var after = before.Or(carried);
        if (after.IsSame(before))
            return;
        state[member] = after;
        hasChanged = true;
    }

    /// <summary>Whether the class's own body of a method is at hand.</summary>
    public bool Knows(IMethodSymbol method) => bodies.ContainsKey(Written(method));

    /// <summary>What a method of the class gives back for these arguments, by the place of their parameters; those that are references take what it leaves there.</summary>
    public Carried Call(IMethodSymbol method, Carried[] arguments)
    {
        method = Written(method);
        if (running.Count >= Deepest || calls++ >= MostCalls || !running.Add(method))
            return Carried.None;
        var reader = new KeyReader(this, method, isEntry: false);
        for (var i = 0; i < arguments.Length && i < method.Parameters.Length; i++)
            reader.Set(method.Parameters[i], arguments[i]);
        foreach (var body in bodies[method])
            reader.Read(body);
        running.Remove(method);
        for (var i = 0; i < arguments.Length && i < method.Parameters.Length; i++)
        {
            if (method.Parameters[i].RefKind is RefKind.Out or RefKind.Ref)
                arguments[i] = reader.Of(method.Parameters[i]);
        }
        return reader.Returned;
    }

    /// <summary>Whether an operation within others is read: none that is too deep, or one too many. To be left again where it is.</summary>
    public bool TryEnter()
    {
        if (nesting >= DeepestNesting || reads >= MostReads)
            return false;
        nesting++;
        if (reads++ % 1_000 == 0)
            ct.ThrowIfCancellationRequested();
        return true;
    }

    /// <summary>An operation that was entered has been read.</summary>
    public void Leave() => nesting--;

    private void ReadAll()
    {
        calls = 0;
        foreach (var member in bodies)
        {
            reads = 0;
            var method = member.Key as IMethodSymbol;
            if (method is not null)
                running.Add(method);
            var reader = new KeyReader(this, method, isEntry: true);
            foreach (var body in member.Value)
                reader.Read(body);
            if (method is { AssociatedSymbol: IPropertySymbol property, MethodKind: MethodKind.PropertyGet })
                Keep(property, reader.Returned);
            running.Clear();
        }
    }

    private static IMethodSymbol Written(IMethodSymbol method)
    {
        method = method.OriginalDefinition;
        return method.PartialImplementationPart ?? method;
    }
}
