using KeyedWorkflows.Analyzers.Secrets;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Isolation;

/// <summary>Finds caches that a workflow's author has made by hand: a model's answer in a static dictionary or in a cache of the host, under a key that names nobody.</summary>
internal sealed class KeptAnswers(ModelClientTypes clients, INamedTypeSymbol? run)
{
    private static readonly string[] Somebody = ["tenant", "profile", "client", "customer", "account", "user", "payer", "owner", "company", "organi", "runid", "subject", "member"];

    /// <summary>The key under which a call keeps an answer; null where it keeps none, or where the key may name who pays.</summary>
    public IOperation? Find(IInvocationOperation call)
    {
        if (call.Instance is null && !call.TargetMethod.IsExtensionMethod)
            return null;
        var first = call.Instance is null ? 1 : 0;
        if (call.Arguments.Length < first + 2)
            return null;
        var holder = call.Instance ?? call.Arguments[0].Value;
        if (!IsShared(holder, call.TargetMethod.Name) || !IsAnswer(call, first + 1))
            return null;
        var key = Argument(call, first);
        return key is null || MayName(key) ? null : Storage.Bare(key);
    }

    /// <summary>As <see cref="Find(IInvocationOperation)"/>, for <c>answers[key] = answer</c>.</summary>
    public IOperation? Find(IAssignmentOperation assignment) =>
        assignment.Target is IPropertyReferenceOperation { Property.IsIndexer: true, Arguments: [{ Value: var key }], Instance: { } holder }
        && IsStaticDictionary(holder)
        && IsAnswer(assignment.Value)
        && !MayName(key)
            ? Storage.Bare(key)
            : null;

    private static bool IsShared(IOperation holder, string method) => Storage.Bare(holder).Type is { } type && type.Name switch
    {
        "IMemoryCache" or "MemoryCache" or "IDistributedCache" or "HybridCache" =>
            type.IsIn("Microsoft.Extensions.Caching") && method is "Set" or "SetAsync" or "SetString" or "SetStringAsync" or "GetOrCreate" or "GetOrCreateAsync",
        _ => method is "Add" or "TryAdd" or "GetOrAdd" or "AddOrUpdate" && IsStaticDictionary(holder),
    };

    /// <summary>What a class holds for all of its runs, and what another holds for all of the program.</summary>
    private static bool IsStaticDictionary(IOperation holder) =>
        Storage.Bare(holder) is IFieldReferenceOperation { Field.IsStatic: true } or IPropertyReferenceOperation { Property.IsStatic: true }
        && Storage.Bare(holder).Type is INamedTypeSymbol { TypeArguments: [{ SpecialType: SpecialType.System_String }, _] } type
        && type.IsIn("System.Collections");

    private bool IsAnswer(IInvocationOperation call, int from)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { } parameter && parameter.Ordinal >= from && argument.ArgumentKind == ArgumentKind.Explicit && IsAnswer(argument.Value))
                return true;
        }
        return false;
    }

    /// <summary>A call of a model client, or of a method that is given one, in what is kept.</summary>
    private bool IsAnswer(IOperation value) => LocalTrace.Any(value, part =>
    {
        if (part is not IInvocationOperation call || call.TargetMethod.Name is "GetService" or "AsBuilder" or "Build" || clients.IsModelClient(call.Type))
            return false;
        if (clients.IsModelClient(call.Instance?.Type))
            return true;
        foreach (var argument in call.Arguments)
        {
            if (clients.IsModelClient(Storage.Bare(argument.Value).Type))
                return true;
        }
        return false;
    });

    private static IOperation? Argument(IInvocationOperation call, int ordinal)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Ordinal == ordinal)
                return argument.Value;
        }
        return null;
    }

    /// <summary>Whether a key may be made of who pays: something in it is of the run, or has somebody's name.</summary>
    private bool MayName(IOperation key) => LocalTrace.Any(key, part =>
    {
        if (SymbolEqualityComparer.Default.Equals(part.Type, run))
            return true;
        return part switch
        {
            IMemberReferenceOperation member => Names(member.Member.Name),
            IParameterReferenceOperation parameter => Names(parameter.Parameter.Name),
            ILocalReferenceOperation local => Names(local.Local.Name),
            IInvocationOperation { TargetMethod: var method } => Names(method.Name) || Names(method),
            IObjectCreationOperation { Constructor.DeclaringSyntaxReferences.Length: > 0 } => true,
            _ => false,
        };
    });

    private static bool Names(string name)
    {
        foreach (var somebody in Somebody)
        {
            if (name.IndexOf(somebody, StringComparison.OrdinalIgnoreCase) >= 0)
                return true;
        }
        return false;
    }

    /// <summary>A method of the author's own that speaks of somebody.</summary>
    private static bool Names(IMethodSymbol method)
    {
        foreach (var declaration in method.DeclaringSyntaxReferences)
        {
            if (Names(declaration.GetSyntax().ToString()))
                return true;
        }
        return false;
    }
}
