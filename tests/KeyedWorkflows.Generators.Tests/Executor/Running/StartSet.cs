using KeyedWorkflows.Generators.Tests.Executor.Drawing;
using KeyedWorkflows.Generators.Tests.Executor.Interpreting;

namespace KeyedWorkflows.Generators.Tests.Executor.Running;

/// <summary>Picks what a run starts from, of what a run from the beginning would have done.</summary>
internal static class StartSet
{
    public static Dictionary<int, KeptNode> Pick(DrawnGraph graph, DrawnRun run)
    {
        var picked = new Dictionary<int, KeptNode>();
        if (run.Start == DrawnStart.Afresh)
            return picked;
        var draws = new Draws(run.Picks);
        var ends = new GraphInterpreter(graph, run).Run().Ends;
        for (var place = 0; place < graph.Nodes.Count; place++)
        {
            var isReady = run.Start == DrawnStart.Anything || graph.Nodes[place].DependsOn.All(need => picked.TryGetValue(need, out var before) && before is { IsFinished: true } or { IsSkipped: true });
            if (isReady && draws.Chance(60) && Pick(graph.Nodes[place], ends[place], draws) is { } kept)
                picked.Add(place, kept);
        }
        return picked;
    }

    private static KeptNode? Pick(DrawnNode node, NodeEnd end, Draws draws)
    {
        var isWhole = !node.IsForEach || draws.Chance(50);
        var elements = new Dictionary<int, string>();
        for (var element = 0; element < end.Elements.Count; element++)
        {
            if (end.Elements[element] is { } text && ((isWhole && end.State == NodeState.Ran) || draws.Chance(50)))
                elements.Add(element, text);
        }
        return end.State switch
        {
            NodeState.Skipped or NodeState.GivenUp => new() { IsSkipped = true, IsFailed = end.State == NodeState.GivenUp, Elements = elements },
            NodeState.Ran when isWhole => new() { IsFinished = true, Value = node.IsForEach ? null : end.Value, Elements = elements },
            _ when elements.Count > 0 => new() { Elements = elements },
            _ => null,
        };
    }
}
