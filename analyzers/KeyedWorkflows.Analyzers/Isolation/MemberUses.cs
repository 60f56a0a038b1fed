using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Isolation;

/// <summary>What a method of a workflow's class uses that serves one caller at a time, and which other methods of the class it calls.</summary>
internal sealed class MemberUses
{
    /// <summary>It waits for a semaphore.</summary>
    private bool waits;

    private MemberUses(IMethodSymbol method) => Method = method;

    public IMethodSymbol Method { get; }

    /// <summary>Each service, and whether it is changed: what is only read is read by many.</summary>
    public Dictionary<ISymbol, bool> Services { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>The names of the methods that it calls.</summary>
    public HashSet<string> Calls { get; } = new(StringComparer.Ordinal);

    public static MemberUses Of(IMethodSymbol method, ImmutableArray<IOperation> blocks, OneAtATime services)
    {
        var uses = new MemberUses(method);
        foreach (var block in blocks)
        {
            foreach (var operation in block.Descendants())
                uses.Add(operation, services);
        }

        // What an author guards, one caller uses at a time. Which lock is for what, is theirs to know.
        if (uses.waits)
            uses.Services.Clear();
        return uses;
    }

    private static bool IsLocked(IOperation? operation)
    {
        for (; operation is not null and not IAnonymousFunctionOperation and not ILocalFunctionOperation; operation = operation.Parent)
        {
            if (operation is ILockOperation)
                return true;
        }
        return false;
    }

    private void Add(IOperation operation, OneAtATime services)
    {
        ISymbol? service = null;
        ITypeSymbol? type = null;
        switch (operation)
        {
            case IInvocationOperation { TargetMethod: { Name: "Wait" or "WaitAsync", ContainingType.Name: "SemaphoreSlim" } }:
                waits = true;
                return;
            case IInvocationOperation { TargetMethod: var called } when IsOwn(called):
                Calls.Add(called.Name);
                return;
            case IPropertyReferenceOperation { Property: var property } when IsOwn(property):
                Calls.Add(property.Name);
                (service, type) = (property, property.Type);
                break;
            case IFieldReferenceOperation { Field: var field } when IsOwn(field) && !OneAtATime.IsForAll(field):
                (service, type) = (field, field.Type);
                break;
            case IParameterReferenceOperation { Parameter: var parameter } when Storage.IsOfConstructor(parameter):
                (service, type) = (parameter, parameter.Type);
                break;
            default:
                return;
        }
        if (type is null || IsLocked(operation.Parent))
            return;
        if (services.IsSession(type))
            Use(service, true);
        else if (OneAtATime.IsChangeable(type) && (service is not IParameterSymbol || Secrets.Names.Is(type, "System.Net.Http.HttpClient")))
            Use(service, OneAtATime.Changes(operation));
    }

    private void Use(ISymbol service, bool changes) => Services[service] = changes || (Services.TryGetValue(service, out var before) && before);

    private bool IsOwn(ISymbol member) => SymbolEqualityComparer.Default.Equals(member.ContainingType?.OriginalDefinition, Method.ContainingType);
}
