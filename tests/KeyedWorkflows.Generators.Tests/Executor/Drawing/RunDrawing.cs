using KeyedWorkflows.Generators.Tests.Executor.Running;

namespace KeyedWorkflows.Generators.Tests.Executor.Drawing;

/// <summary>Draws how the nodes of a workflow behave in a run.</summary>
internal static class RunDrawing
{
    /// <summary>Draws runs: half of them without failures, but for those that an optional step may have.</summary>
    public static IReadOnlyList<DrawnRun> Draw(DrawnGraph graph, int count, int seed)
    {
        var draws = new Draws(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Draw(graph, draws))];
    }

    private static DrawnRun Draw(DrawnGraph graph, Draws draws)
    {
        var fails = draws.Chance(50) ? 0 : 10;
        var yields = draws.Below(3);
        var nodes = graph.Nodes.Select(node => Draw(node, draws, fails, yields)).ToArray();
        if (draws.Chance(40))
            Meet(graph, nodes, draws);
        return new(nodes, (DrawnStart)draws.Below(3), draws.Below(int.MaxValue), draws.Chance(40));
    }

    private static NodeScript Draw(DrawnNode node, Draws draws, int fails, int yields) => new()
    {
        Deed = draws.Chance(node.IsOptional ? 30 : fails) ? (node.CanBreakItsContract && draws.Chance(30) ? Deed.ReturnNull : Deed.Throw)
            : node.IsNullable && draws.Chance(30) ? Deed.ReturnNull
            : Deed.Return,
        IsPicky = node.IsForEach,
        Yields = yields == 0 ? 0 : draws.Below(3),
        Length = draws.Below(4),
        Flag = draws.Chance(50),
        Route = (Route)draws.Below(4),
    };

    /// <summary>Lets nodes wait for each other of which none needs another: those that run in a run that succeeds meet only if they run side by side.</summary>
    private static void Meet(DrawnGraph graph, NodeScript[] nodes, Draws draws)
    {
        var before = new HashSet<int>[graph.Nodes.Count];
        for (var place = 0; place < before.Length; place++)
            before[place] = [.. graph.Nodes[place].DependsOn.SelectMany(need => before[need].Append(need))];
        var meeting = new List<int>();
        foreach (var place in draws.Shuffled(Enumerable.Range(0, nodes.Length)))
        {
            var node = graph.Nodes[place];
            if (node.Shape != DrawnShape.Value && !node.IsForEach && meeting.TrueForAll(other => !before[other].Contains(place) && !before[place].Contains(other)))
                meeting.Add(place);
        }
        foreach (var place in meeting)
            nodes[place] = nodes[place] with { Meets = true };
    }
}
