using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Analyzers.Isolation;

/// <summary>What the steps of a workflow use, with what the methods use that they call.</summary>
internal sealed class ServiceUses
{
    private readonly Dictionary<string, List<MemberUses>> members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<ISymbol, bool>> byStep = new(StringComparer.Ordinal);
    private readonly List<ISymbol> services = [];

    public bool IsEmpty => services.Count == 0;

    /// <summary>What is changed by one method at least, in order of the names.</summary>
    public IReadOnlyList<ISymbol> Services => services;

    public static ServiceUses Of(IEnumerable<MemberUses> uses)
    {
        var all = new ServiceUses();
        var known = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (var use in uses)
        {
            var name = use.Method.AssociatedSymbol?.Name ?? use.Method.Name;
            if (!all.members.TryGetValue(name, out var named))
                all.members.Add(name, named = []);
            named.Add(use);
            foreach (var service in use.Services)
            {
                // What nobody changes is nobody's trouble, and needs no reading of the graph.
                if (service.Value && known.Add(service.Key))
                    all.services.Add(service.Key);
            }
        }
        all.services.Sort(static (one, other) => string.CompareOrdinal(one.Name, other.Name));
        return all;
    }

    /// <summary>Whether both steps use a service, and one of them in a way that the other must not meet.</summary>
    public bool Meet(ISymbol service, WorkflowModel model, NodeModel one, NodeModel other) =>
        OfStep(model, one).TryGetValue(service, out var changes) && OfStep(model, other).TryGetValue(service, out var changesToo) && (changes || changesToo);

    /// <summary>Where a step's method is declared; null where it is not at hand.</summary>
    public Location? PlaceOf(NodeModel step) =>
        step.Kind == NodeKind.Code && members.TryGetValue(step.Name, out var uses) && uses is [{ Method.Locations: [{ IsInSource: true } place, ..] }] ? place : null;

    private Dictionary<ISymbol, bool> OfStep(WorkflowModel model, NodeModel step)
    {
        if (byStep.TryGetValue(step.Name, out var known))
            return known;
        var found = new Dictionary<ISymbol, bool>(SymbolEqualityComparer.Default);
        var open = new Stack<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        open.Push(step.Name);
        if (step.Prompt is { } prompt)
        {
            foreach (var tool in prompt.Tools)
                open.Push(tool.Tool >= 0 ? model.Tools[tool.Tool].MethodName : tool.Property!.TrimStart('@'));
        }
        while (open.Count > 0)
        {
            var name = open.Pop();
            if (!seen.Add(name) || !members.TryGetValue(name, out var uses))
                continue;
            foreach (var use in uses)
            {
                foreach (var service in use.Services)
                    found[service.Key] = service.Value || (found.TryGetValue(service.Key, out var before) && before);
                foreach (var called in use.Calls)
                    open.Push(called);
            }
        }
        byStep.Add(step.Name, found);
        return found;
    }
}
