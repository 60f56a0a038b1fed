using CsCheck;
using KeyedWorkflows.Generators.Emitting;

namespace KeyedWorkflows.Generators.Tests.Emitting;

/// <summary>
/// A plan is written as its segments in order: a number is a step in place, brackets hold steps side by side; <c>-</c> joins a chain, <c>0,1&gt;</c> says which chains of the brackets it waits for.
/// </summary>
public sealed class ChainPlanTests
{
    private static readonly Gen<int[][]> Graphs = Gen.Int[1, 12].SelectMany(
        count => Gen.Int[0, 3].Array[count * count].Select(
            Gen.Shuffle(Enumerable.Range(0, count).ToArray()),
            (edges, order) =>
            {
                var graph = new int[count][];
                for (var place = 0; place < count; place++)
                    graph[order[place]] = [.. order[..place].Where((_, other) => edges[(place * count) + other] == 0)];
                return graph;
            }));

    [Fact]
    public void A_chain_is_steps_in_place() => Assert.Equal("0 1 2", Plan([], [0], [1]));

    [Fact]
    public void A_chain_may_be_declared_backwards() => Assert.Equal("2 1 0", Plan([1], [2], []));

    [Fact]
    public void Steps_without_edges_run_side_by_side_in_the_order_of_their_declaration() => Assert.Equal("[0 | 1 | 2]", Plan([], [], []));

    [Fact]
    public void A_diamond_forks_once() => Assert.Equal("0 [1 | 2] 3", Plan([], [0], [0], [1, 2]));

    [Fact]
    public void An_edge_that_others_imply_changes_nothing() => Assert.Equal("0 [1 | 2] 3", Plan([], [0], [0], [0, 1, 2]));

    [Fact]
    public void The_support_reply_of_the_design() => Assert.Equal("[0 | 1] 2 3", Plan([], [], [0, 1], [2, 0]));

    [Fact]
    public void The_steps_of_one_branch_are_one_chain() => Assert.Equal("0 [1-2-3 | 4] 5", Plan([], [0], [1], [2], [0], [3, 4]));

    [Fact]
    public void Two_layers_that_all_need_all_of_the_other_are_two_regions() => Assert.Equal("[0 | 1] [2 | 3]", Plan([], [], [0, 1], [0, 1]));

    [Fact]
    public void A_branch_that_needs_two_branches_waits_for_both_and_nobody_waits_for_it() => Assert.Equal("[0 | 1 | 0,1>2 | 3]", Plan([], [], [0, 1], []));

    [Fact]
    public void The_shape_of_an_n_keeps_all_its_freedom() => Assert.Equal("[0 | 1 | 0>2 | 0,1>3]", Plan([], [], [0], [0, 1]));

    [Fact]
    public void A_step_declared_before_what_it_needs_stands_in_its_chain() => Assert.Equal("[1-0 | 2]", Plan([1], [], []));

    [Fact]
    public void A_cycle_is_refused() => Assert.Throws<ArgumentException>(() => Plan([1], [0]));

    [Fact]
    public void A_plan_runs_each_step_once_after_what_it_needs_and_beside_all_that_needs_nothing_of_it() => Graphs.Sample(graph =>
    {
        var plan = ChainPlan.Create(graph);
        var wanted = Closure(graph);
        var planned = Closure(Order(plan, graph.Length));
        for (var node = 0; node < graph.Length; node++)
        {
            for (var other = 0; other < graph.Length; other++)
                Assert.Equal(wanted[node, other], planned[node, other]);
        }
        foreach (var segment in plan.Segments)
        {
            for (var fork = 0; fork < segment.Forks.Count; fork++)
                Assert.All(segment.Forks[fork].WaitsFor, waited => Assert.InRange(waited, 0, fork - 1));
        }
    });

    [Fact]
    public void A_step_is_in_place_exactly_where_none_may_run_beside_it() => Graphs.Sample(graph =>
    {
        var before = Closure(graph);
        var inPlace = ChainPlan.Create(graph).Segments.Where(segment => !segment.IsRegion).Select(segment => segment.Node).Order();
        var expected = Enumerable.Range(0, graph.Length).Where(node => Enumerable.Range(0, graph.Length).All(other => other == node || before[node, other] || before[other, node]));
        Assert.Equal(expected, inPlace);
    });

    [Fact]
    public void A_graph_of_many_steps_is_planned_at_once()
    {
        var graph = new int[300][];
        for (var node = 0; node < graph.Length; node++)
            graph[node] = node < 2 ? [] : [node - 2];
        Assert.Single(ChainPlan.Create(graph).Segments);
    }

    private static string Plan(params int[][] dependencies) => string.Join(' ', ChainPlan.Create(dependencies).Segments);

    /// <summary>What a plan makes each node wait for, directly.</summary>
    private static int[][] Order(ChainPlan plan, int count)
    {
        var waits = new List<int>[count];
        var done = new List<int>();
        foreach (var segment in plan.Segments)
        {
            var nodes = segment.IsRegion ? segment.Forks.SelectMany(fork => fork.Nodes).ToArray() : [segment.Node];
            foreach (var node in nodes)
            {
                Assert.Null(waits[node]);
                waits[node] = [.. done];
            }
            foreach (var fork in segment.Forks)
            {
                foreach (var waited in fork.WaitsFor)
                    waits[fork.Nodes[0]].AddRange(segment.Forks[waited].Nodes);
                for (var place = 1; place < fork.Nodes.Count; place++)
                    waits[fork.Nodes[place]].Add(fork.Nodes[place - 1]);
            }
            done.AddRange(nodes);
        }
        Assert.Equal(count, done.Count);
        return [.. waits.Select(list => list.ToArray())];
    }

    private static bool[,] Closure(int[][] graph)
    {
        var before = new bool[graph.Length, graph.Length];
        for (var round = 0; round < graph.Length; round++)
        {
            for (var node = 0; node < graph.Length; node++)
            {
                foreach (var dependency in graph[node])
                {
                    before[node, dependency] = true;
                    for (var i = 0; i < graph.Length; i++)
                        before[node, i] |= before[dependency, i];
                }
            }
        }
        return before;
    }
}
