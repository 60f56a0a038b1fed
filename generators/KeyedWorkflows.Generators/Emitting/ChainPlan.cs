namespace KeyedWorkflows.Generators.Emitting;

/// <summary>
/// Takes a graph of steps apart into what an executor does one after the other: single steps, which are inlined, and regions, where steps run side by side.
/// Works on plain numbers.
/// </summary>
/// <remarks>
/// Two nodes that need nothing of each other, not even by detours, may run at the same time. Nodes that hang together by "may run at the same time as" form a region: every other node is
/// either before or after all of them, so the regions have one order. A node that no other may run beside is a region of its own, and is inlined.
/// </remarks>
internal sealed class ChainPlan
{
    private ChainPlan(IReadOnlyList<PlanSegment> segments) => Segments = segments;

    /// <summary>What to do, in order.</summary>
    public IReadOnlyList<PlanSegment> Segments { get; }

    /// <summary>Nothing runs side by side.</summary>
    public bool IsSequential
    {
        get
        {
            foreach (var segment in Segments)
            {
                if (segment.IsRegion)
                    return false;
            }
            return true;
        }
    }

    /// <summary>Makes the plan.</summary>
    /// <param name="dependencies">For each node the nodes that must have ended before it starts. Without a cycle.</param>
    /// <exception cref="ArgumentException">The graph has a cycle.</exception>
    public static ChainPlan Create(IReadOnlyList<IReadOnlyList<int>> dependencies)
    {
        var order = Sort(dependencies);
        var before = Ancestors(dependencies, order);
        var region = Regions(before);
        var segments = new List<PlanSegment>();
        var seen = new bool[dependencies.Count];

        // A topological order meets the regions in their order.
        foreach (var node in order)
        {
            if (seen[region[node]])
                continue;
            seen[region[node]] = true;
            var members = new List<int>();
            for (var other = 0; other < region.Length; other++)
            {
                if (region[other] == region[node])
                    members.Add(other);
            }
            segments.Add(members.Count == 1 ? PlanSegment.Inline(node) : PlanSegment.Region(Forks(members, before)));
        }
        return new(segments);
    }

    /// <summary>A topological order in which, of the nodes that are ready, the first declared comes first.</summary>
    private static int[] Sort(IReadOnlyList<IReadOnlyList<int>> dependencies)
    {
        var count = dependencies.Count;
        var order = new int[count];
        var placed = new bool[count];
        for (var place = 0; place < count; place++)
        {
            var next = -1;
            for (var node = 0; node < count && next < 0; node++)
            {
                if (!placed[node] && AllPlaced(dependencies[node], placed))
                    next = node;
            }
            if (next < 0)
                throw new ArgumentException("The graph has a cycle.", nameof(dependencies));
            placed[next] = true;
            order[place] = next;
        }
        return order;
    }

    private static bool AllPlaced(IReadOnlyList<int> nodes, bool[] placed)
    {
        foreach (var node in nodes)
        {
            if (!placed[node])
                return false;
        }
        return true;
    }

    /// <summary>For each node, all nodes before it.</summary>
    private static bool[][] Ancestors(IReadOnlyList<IReadOnlyList<int>> dependencies, int[] order)
    {
        var before = new bool[dependencies.Count][];
        foreach (var node in order)
        {
            var mine = before[node] = new bool[dependencies.Count];
            foreach (var dependency in dependencies[node])
            {
                mine[dependency] = true;
                for (var i = 0; i < mine.Length; i++)
                    mine[i] |= before[dependency][i];
            }
        }
        return before;
    }

    /// <summary>For each node the first node of its region.</summary>
    private static int[] Regions(bool[][] before)
    {
        var region = new int[before.Length];
        for (var i = 0; i < region.Length; i++)
            region[i] = -1;
        var open = new Stack<int>();
        for (var first = 0; first < region.Length; first++)
        {
            if (region[first] >= 0)
                continue;
            region[first] = first;
            open.Push(first);
            while (open.Count > 0)
            {
                var node = open.Pop();
                for (var other = 0; other < region.Length; other++)
                {
                    if (region[other] >= 0 || before[node][other] || before[other][node])
                        continue;
                    region[other] = first;
                    open.Push(other);
                }
            }
        }
        return region;
    }

    /// <summary>Takes a region apart into chains. A chain goes on while each of two nodes is the only neighbour of the other.</summary>
    private static List<PlanFork> Forks(List<int> members, bool[][] before)
    {
        var needs = new Dictionary<int, List<int>>();
        var feeds = new Dictionary<int, List<int>>();
        foreach (var node in members)
        {
            needs[node] = [];
            feeds[node] = [];
        }
        foreach (var node in members)
        {
            foreach (var other in members)
            {
                if (before[node][other] && IsDirect(other, node, members, before))
                {
                    needs[node].Add(other);
                    feeds[other].Add(node);
                }
            }
        }

        var forkOf = new Dictionary<int, int>();
        var forks = new List<PlanFork>();
        while (forkOf.Count < members.Count)
        {
            // The first declared of the nodes whose needs are met by the forks before.
            foreach (var head in members)
            {
                if (forkOf.ContainsKey(head) || !needs[head].TrueForAll(forkOf.ContainsKey))
                    continue;
                var waits = new List<int>();
                foreach (var need in needs[head])
                {
                    if (!waits.Contains(forkOf[need]))
                        waits.Add(forkOf[need]);
                }
                waits.Sort();
                var chain = new List<int>();
                for (var node = head; ; node = feeds[node][0])
                {
                    chain.Add(node);
                    forkOf[node] = forks.Count;
                    if (feeds[node].Count != 1 || needs[feeds[node][0]].Count != 1)
                        break;
                }
                forks.Add(new(chain, waits));
                break;
            }
        }
        return forks;
    }

    /// <summary>Whether no member lies between two.</summary>
    private static bool IsDirect(int from, int to, List<int> members, bool[][] before)
    {
        foreach (var between in members)
        {
            if (before[between][from] && before[to][between])
                return false;
        }
        return true;
    }
}
