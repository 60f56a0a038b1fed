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
    /// <param name="reason">Why, for messages: <c>takes `text` from</c>.</param>
    public void Add(int node, int on, string reason)
    {
        if (on >= 0 && !needs[node].ContainsKey(on))
            needs[node].Add(on, reason);
    }

    /// <summary>Whether a node waits for another, directly or through others.</summary>
    public bool Waits(int node, int on)
    {
        var seen = new bool[needs.Length];
        var open = new Stack<int>();
        open.Push(node);
        while (open.Count > 0)
        {
            foreach (var next in needs[open.Pop()].Keys)
            {
                if (next == on)
                    return true;
                if (!seen[next])
                    open.Push(next);
                seen[next] = true;
            }
        }
        return false;
    }

    /// <summary>What a node waits for, ascending, each once.</summary>
    public EquatableArray<int> Of(int node) => EquatableArray.From(needs[node].Keys);

    /// <summary>All nodes in an order in which each comes after what it needs, and otherwise close to it and as declared. A cycle is a fault, and its nodes have no right order.</summary>
    /// <returns>Whether there is no cycle.</returns>
    public bool TrySort(out IReadOnlyList<int> order, List<GraphFault> faults)
    {
        var sorted = new List<int>(needs.Length);
        var state = new State[needs.Length];
        var isSound = true;
        var path = new List<int>();
        var open = new Stack<IEnumerator<int>>();
        for (var start = 0; start < needs.Length; start++)
        {
            if (state[start] == State.New)
                Enter(start);
            while (open.Count > 0)
            {
                if (!open.Peek().MoveNext())
                {
                    open.Pop().Dispose();
                    var node = path[path.Count - 1];
                    path.RemoveAt(path.Count - 1);
                    if (state[node] == State.OnPath)
                        state[node] = State.Done;
                    sorted.Add(node);
                    continue;
                }
                var on = open.Peek().Current;
                if (state[on] == State.New)
                    Enter(on);
                else if (state[on] != State.Done && path.IndexOf(on) is >= 0 and var first)
                    Close(path.GetRange(first, path.Count - first));
            }
        }
        order = sorted;
        return isSound;

        void Enter(int node)
        {
            state[node] = State.OnPath;
            path.Add(node);
            open.Push(needs[node].Keys.GetEnumerator());
        }

        // Of cycles that share a node the first is told: the others may go with it.
        void Close(List<int> cycle)
        {
            isSound = false;
            if (cycle.Exists(node => state[node] == State.InCycle))
                return;
            faults.Add(Fault(cycle));
            foreach (var node in cycle)
                state[node] = State.InCycle;
        }
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
            reasons.Add($"`{name}` {needs[node][on]} {(on == node ? "itself" : Wording.Code(draft.Nodes[on].Name))}");
        }
        path.Append(draft.Nodes[cycle[first]].Name);
        return new(
            GraphRules.Cycle,
            draft.Nodes[cycle[first]].Location,
            $"The steps wait for each other: {path} ({Wording.List(reasons)}). Break the cycle with [From] or [FromInput] on one of these parameters; to repeat until something holds, loop inside one step over a prompt with Inline = true.");
    }

    private enum State
    {
        New,
        OnPath,
        InCycle,
        Done,
    }
}
