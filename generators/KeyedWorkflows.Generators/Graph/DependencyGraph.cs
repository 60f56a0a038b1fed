using System.Text;
using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Graph;

/// <summary>Which nodes must have ended before which, why, and in what order that can be done.</summary>
internal sealed class DependencyGraph
{
    private readonly GraphDraft draft;
    private readonly SortedDictionary<int, string>[] needs;

    public DependencyGraph(GraphDraft draft)
    {
        this.draft = draft;
        needs = new SortedDictionary<int, string>[draft.Nodes.Length];
        for (var node = 0; node < needs.Length; node++)
            needs[node] = [];
    }

    /// <summary>Says that a node must have ended before another. The first reason is kept.</summary>
    /// <param name="node">The node that waits.</param>
    /// <param name="on">The node that must have ended.</param>
    /// <param name="reason">Why, for messages: <c>takes 'text' from</c>.</param>
    public void Add(int node, int on, string reason)
    {
        if (on >= 0 && !needs[node].ContainsKey(on))
            needs[node].Add(on, reason);
    }

    /// <summary>What a node waits for, ascending, each once.</summary>
    public EquatableArray<int> Of(int node) => EquatableArray.From(needs[node].Keys);

    /// <summary>The nodes in an order in which each comes after what it needs. Nodes of a cycle, and what hangs on them, are left out and the cycle is a fault.</summary>
    public IReadOnlyList<int> Sort(List<GraphFault> faults)
    {
        var open = new int[needs.Length];
        var feeds = new List<int>[needs.Length];
        var ready = new SortedSet<int>();
        for (var node = 0; node < needs.Length; node++)
            feeds[node] = [];
        for (var node = 0; node < needs.Length; node++)
        {
            open[node] = needs[node].Count;
            foreach (var on in needs[node].Keys)
                feeds[on].Add(node);
            if (open[node] == 0)
                ready.Add(node);
        }
        var order = new List<int>(needs.Length);
        while (ready.Count > 0)
        {
            var node = ready.Min;
            ready.Remove(node);
            order.Add(node);
            foreach (var fed in feeds[node])
            {
                if (--open[fed] == 0)
                    ready.Add(fed);
            }
        }
        if (order.Count < needs.Length)
            FindCycles(order, faults);
        return order;
    }

    /// <summary>Every node that is left needs another that is left, so walking from need to need comes back to itself.</summary>
    private void FindCycles(List<int> order, List<GraphFault> faults)
    {
        const int OnPath = 1;
        const int Done = 2;
        var state = new int[needs.Length];
        foreach (var node in order)
            state[node] = Done;
        for (var start = 0; start < needs.Length; start++)
        {
            var path = new List<int>();
            var node = start;
            while (node >= 0 && state[node] == 0)
            {
                state[node] = OnPath;
                path.Add(node);
                node = Next(node, state, Done);
            }
            if (node >= 0 && state[node] == OnPath)
                faults.Add(Fault(path.GetRange(path.IndexOf(node), path.Count - path.IndexOf(node))));
            foreach (var passed in path)
                state[passed] = Done;
        }
    }

    private int Next(int node, int[] state, int done)
    {
        foreach (var on in needs[node].Keys)
        {
            if (state[on] != done)
                return on;
        }
        return -1;
    }

    /// <param name="cycle">Nodes, each of which needs the next, and the last the first.</param>
    private GraphFault Fault(List<int> cycle)
    {
        var first = 0;
        for (var i = 1; i < cycle.Count; i++)
        {
            if (cycle[i] < cycle[first])
                first = i;
        }
        var path = new StringBuilder();
        var reasons = new List<string>();
        for (var i = 0; i < cycle.Count; i++)
        {
            var node = cycle[(first + i) % cycle.Count];
            var on = cycle[(first + i + 1) % cycle.Count];
            var name = draft.Nodes[node].Name;
            path.Append(name).Append(" → ");
            reasons.Add($"{name} {needs[node][on]} {(on == node ? "itself" : draft.Nodes[on].Name)}");
        }
        path.Append(draft.Nodes[cycle[first]].Name);
        return new(
            GraphRules.Cycle,
            draft.Nodes[cycle[first]].Location,
            $"The steps wait for each other: {path} ({Wording.List(reasons)}). Break the cycle with [From] or [FromInput] on one of these parameters; to repeat until something holds, loop inside one step over a prompt with Inline = true.");
    }
}
