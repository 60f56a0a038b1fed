using CsCheck;
using KeyedWorkflows.Generators.Graph;
using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Tests.Graph;

/// <summary>What may be absent, and that the solver's proofs agree with running the graph for every answer of every condition and every failure.</summary>
public sealed class GraphPresenceTests
{
    [Fact]
    public void A_skipped_step_skips_what_needs_it_and_nothing_else()
    {
        var graph = DraftText.Solve(
            "Extra(Ticket ticket): Extra when IsUrgent",
            "Needs(Extra extra): More",
            "Takes(Extra? extra, More? more): Reply",
            "condition IsUrgent(Ticket ticket): bool");

        Assert.Empty(graph.Faults);
        Assert.Equal([true, true, false, false], graph.Nodes.Select(static node => node.MayBeSkipped));
        Assert.True(graph.Nodes[2].Parameters[0] is { MayBeAbsent: true, AcceptsAbsent: true });
    }

    [Fact]
    public void After_a_skipped_step_a_step_runs() =>
        Assert.False(DraftText.Solve("Save(Ticket ticket) when IsUrgent", "Answer(Ticket ticket): Reply after Save", "condition IsUrgent(Ticket ticket): bool").Nodes[1].MayBeSkipped);

    [Fact]
    public void A_merge_of_both_answers_is_always_there()
    {
        var graph = DraftText.Solve(
            "A(Ticket ticket): Part when IsUrgent",
            "B(Ticket ticket): Part unless IsUrgent",
            "Finish([From(A, B)] Part part): Reply",
            "condition IsUrgent(Ticket ticket): bool");

        Assert.Empty(graph.Faults);
        Assert.False(graph.Nodes[2].MayBeSkipped);
        Assert.False(graph.Nodes[2].Parameters[0].MayBeAbsent);
        Assert.True(graph.Nodes[0].MayBeAbsent);
    }

    [Fact]
    public void Routing_with_otherwise_covers_every_answer()
    {
        var graph = DraftText.Solve(
            "A(Ticket ticket): Reply when RouteOf is Billing",
            "B(Ticket ticket): Reply when RouteOf is Technical",
            "C(Ticket ticket): Reply otherwise RouteOf",
            "condition RouteOf(Ticket ticket): Route");

        Assert.Empty(graph.Faults);
        Assert.Equal([0, 1, 2], graph.Output!.Sources.Select(static source => source.Node));
        Assert.Equal([true, true, true, false], graph.Nodes.Select(static node => node.IsOutput));
    }

    [Fact]
    public void Conditions_under_conditions_are_followed()
    {
        var graph = DraftText.Solve(
            "Look(Ticket ticket): bool when IsUrgent",
            "A(Ticket ticket): Reply when Look",
            "B(Ticket ticket): Reply unless Look",
            "C(Ticket ticket): Reply unless IsUrgent",
            "condition IsUrgent(Ticket ticket): bool");

        Assert.Empty(graph.Faults);
        Assert.Equal([1, 2, 3], graph.Output!.Sources.Select(static source => source.Node));
    }

    [Fact]
    public void Steps_that_need_data_of_exclusive_steps_are_exclusive() => Assert.Empty(DraftText.Solve(
        "A(Ticket ticket): A when IsUrgent",
        "B(Ticket ticket): B unless IsUrgent",
        "FromA(A a): Reply",
        "FromB(B b): Reply",
        "condition IsUrgent(Ticket ticket): bool").Faults);

    [Fact]
    public void For_each_over_an_absent_sequence_is_skipped()
    {
        var graph = DraftText.Solve(
            "Split(Ticket ticket): Part[] optional",
            "Score([ForEach] Part? part): Score?",
            "Finish(Score?[]? scores): Reply");

        Assert.Empty(graph.Faults);
        Assert.True(graph.Nodes[1].MayBeSkipped);
        Assert.False(graph.Nodes[1].Parameters[0].AcceptsAbsent);
    }

    [Fact]
    public void A_sequence_of_results_that_may_be_null_is_there() =>
        Assert.False(DraftText.Solve("Part[]", "Reply", ["Score([ForEach] Part part): Score?", "Finish(Score?[] scores): Reply"]).Nodes[0].MayBeAbsent);

    [Fact]
    public void Claims_agree_with_running_the_graph_for_every_answer_and_failure() => RandomDraft.Generator.Sample(
        draft =>
        {
            var graph = GraphSolver.Solve(draft, CancellationToken.None);
            var runs = new RunTable(draft, graph);

            for (var node = 0; node < draft.Nodes.Length; node++)
            {
                Assert.Equal(!runs.AlwaysRuns(node), graph.Nodes[node].MayBeSkipped);
                Assert.Equal(!runs.AlwaysPresent([node]), graph.Nodes[node].MayBeAbsent);
                foreach (var parameter in graph.Nodes[node].Parameters)
                    Assert.Equal(!runs.AlwaysPresent([.. parameter.Sources.Select(static source => source.Node)]), parameter.MayBeAbsent);
            }
            Assert.Equal(runs.Faults(), graph.Faults.Select(static fault => $"{fault.Rule} at {fault.Location}").Order());
        },
        iter: 3_000);
}
