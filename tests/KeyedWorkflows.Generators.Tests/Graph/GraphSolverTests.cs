using KeyedWorkflows.Generators.Graph;
using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Tests.Graph;

/// <summary>Which step feeds which, in what order.</summary>
public sealed class GraphSolverTests
{
    [Fact]
    public void The_smallest_workflow_is_one_step() => Assert.Equal("Answer(ticket=input) is output", Plan("Answer(Ticket ticket): Reply"));

    [Fact]
    public void The_support_reply_of_the_design_is_wired_by_its_types() => Assert.Equal(
        """
        Classify(ticket=input)
        FindOrders(ct=)
        Draft(ticket=input, topic=Classify, orders=FindOrders) after Classify FindOrders
        Finish(text=Draft, topic=Classify) after Classify Draft is output
        """,
        Plan(
            "Classify(Ticket ticket): Topic",
            "FindOrders(CancellationToken ct): IReadOnlyList<Order>",
            "Draft(Ticket ticket, Topic topic, IReadOnlyList<Order> orders): string",
            "Finish([From(Draft)] string text, Topic topic): Reply"));

    [Fact]
    public void Steps_may_be_declared_in_any_order() => Assert.Equal(
        """
        Finish(topic=Classify) after Classify is output
        Classify(ticket=input)
        """,
        Plan("Finish(Topic topic): Reply", "Classify(Ticket ticket): Topic"));

    [Fact]
    public void A_step_is_never_its_own_producer() => Assert.Equal(
        """
        Draft(ticket=input)
        Polish(text=Draft) after Draft
        Finish(text=Polish) after Polish is output
        """,
        Plan("Draft(Ticket ticket): string", "Polish(string text): string", "Finish([From(Polish)] string text): Reply"));

    [Fact]
    public void A_condition_is_no_producer_unless_it_is_named() => Assert.Equal(
        """
        Look(ticket=input)
        Finish(seen=Look, urgent=IsUrgent) after Look IsUrgent is output
        Ring() when IsUrgent after IsUrgent may be skipped absent
        IsUrgent(ticket=input)
        """,
        Plan("Look(Ticket ticket): bool", "Finish(bool seen, [From(IsUrgent)] bool urgent): Reply", "Ring() when IsUrgent", "condition IsUrgent(Ticket ticket): bool"));

    [Fact]
    public void After_orders_without_data() => Assert.Equal(
        """
        Save(ticket=input)
        Answer(ticket=input) after Save is output
        """,
        Plan("Save(Ticket ticket)", "Answer(Ticket ticket): Reply after Save"));

    [Fact]
    public void A_nullable_parameter_is_fed_like_any_other() => Assert.Equal(
        """
        Find(ticket=input) may be absent
        Answer(hit=Find?) after Find is output
        """,
        Plan("Find(Ticket ticket): Hit?", "Answer(Hit? hit): Reply"));

    [Fact]
    public void For_each_takes_an_element_and_gives_a_sequence() => Assert.Equal(
        """
        Split(ticket=input)
        Score(part=Split) after Split
        Finish(scores=Score ToList) after Score is output
        """,
        Plan("Split(Ticket ticket): IReadOnlyList<Part>", "Score([ForEach] Part part): Score", "Finish(List<Score> scores): Reply"));

    [Fact]
    public void For_each_takes_an_element_of_the_input() => Assert.Equal(
        """
        Score(part=input)
        Finish(scores=Score) after Score is output
        """,
        Plan("Part[]", "Reply", ["Score([ForEach] Part part): Score", "Finish(IReadOnlyList<Score> scores): Reply"]));

    [Fact]
    public void For_each_over_elements_that_may_be_null_needs_a_nullable_parameter()
    {
        Assert.Equal("KW3002 at 201", Faults("Split(Ticket ticket): Part?[]", "Score([ForEach] Part part): Reply", "Done(Reply[] all): Reply"));
        Assert.Equal("", Faults("Split(Ticket ticket): Part?[]", "Score([ForEach] Part? part): Reply", "Done(Reply[] all): Reply"));
    }

    [Fact]
    public void A_tool_s_data_is_awaited_by_the_prompts_that_offer_it()
    {
        var graph = DraftText.Solve("Load(Ticket ticket): Account", "Answer(Ticket ticket): Reply tools LookUp", "tool LookUp([From(Load)] Account account, string query)");

        Assert.Empty(graph.Faults);
        Assert.Equal([0], graph.Nodes[1].DependsOn);
        Assert.Equal([new(0, SequenceConversion.None)], graph.Tools[0].Parameters[0].Sources);
        Assert.True(graph.Tools[0].Parameters[1].Sources.IsEmpty);
    }

    [Fact]
    public void A_prompt_is_skipped_where_its_tool_s_data_is_absent()
    {
        string[] lines = ["Load(Ticket ticket): Account optional", "Answer(Ticket ticket): Reply tools LookUp", "Other(Ticket ticket): Reply output"];

        Assert.True(DraftText.Solve([.. lines, "tool LookUp([From(Load)] Account account)"]).Nodes[1].MayBeSkipped);
        Assert.False(DraftText.Solve([.. lines, "tool LookUp([From(Load)] Account? account)"]).Nodes[1].MayBeSkipped);
    }

    [Theory]
    [InlineData("Order[]", "Order[]", "None")]
    [InlineData("Order[]", "IReadOnlyList<Order>", "None")]
    [InlineData("Order[]", "IList<Order>", "None")]
    [InlineData("Order[]", "List<Order>", "ToList")]
    [InlineData("Order[]", "ImmutableArray<Order>", "ToImmutableArray")]
    [InlineData("List<Order>", "IReadOnlyCollection<Order>", "None")]
    [InlineData("List<Order>", "Order[]", "ToArray")]
    [InlineData("IReadOnlyList<Order>", "IEnumerable<Order>", "None")]
    [InlineData("IReadOnlyList<Order>", "ICollection<Order>", "ToList")]
    [InlineData("IEnumerable<Order>", "IReadOnlyList<Order>", "ToArray")]
    [InlineData("IList<Order>", "IReadOnlyList<Order>", "ToArray")]
    [InlineData("IList<Order>", "ICollection<Order>", "None")]
    [InlineData("ImmutableArray<Order>", "IReadOnlyList<Order>", "None")]
    [InlineData("ImmutableArray<Order>", "IList<Order>", "ToList")]
    public void Sequences_match_by_element(string produced, string wanted, string conversion)
    {
        var graph = DraftText.Solve($"Find(Ticket ticket): {produced}", $"Answer({wanted} orders): Reply");

        Assert.Empty(graph.Faults);
        Assert.Equal(conversion, graph.Nodes[1].Parameters[0].Sources[0].Conversion.ToString());
    }

    [Theory]
    [InlineData("List<Order>", "IReadOnlyList<Ticket>")]
    [InlineData("List<Order?>", "IReadOnlyList<Order>")]
    [InlineData("Set<Order>", "IReadOnlyList<Order>")]
    [InlineData("Order", "IReadOnlyList<Order>")]
    public void Other_types_do_not(string produced, string wanted) =>
        Assert.Equal("KW3002 at 201", Faults($"Find(Ticket ticket): {produced}", $"Answer({wanted} orders): Reply"));

    [Fact]
    public void Solving_twice_gives_equal_answers()
    {
        string[] lines = ["A(Ticket t): Part when C", "B(Ticket t): Part unless C", "Answer([From(A, B)] Part part): Reply", "condition C(Ticket t): bool"];

        Assert.Equal(DraftText.Solve(lines), DraftText.Solve(lines));
    }

    [Fact]
    public void Solving_can_be_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => GraphSolver.Solve(DraftText.Read("Ticket", "Reply", ["Answer(Ticket t): Reply"]), cancelled.Token));
    }

    private static string Faults(params string[] lines) =>
        string.Join(", ", DraftText.Solve(lines).Faults.Select(static fault => $"{fault.Rule} at {fault.Location}"));

    private static string Plan(params string[] lines) => Plan("Ticket", "Reply", lines);

    private static string Plan(string input, string output, string[] lines)
    {
        var draft = DraftText.Read(input, output, lines);
        var graph = DraftText.Solve(input, output, lines);
        Assert.Empty(graph.Faults);
        return string.Join('\n', draft.Nodes.Zip(graph.Nodes, (step, solved) =>
        {
            string Name(int node) => node < 0 ? "input" : draft.Nodes[node].Name;
            var parameters = step.Parameters.Zip(solved.Parameters, (parameter, answer) =>
                $"{parameter.Name}={string.Join("|", answer.Sources.Select(source => Name(source.Node) + (source.Conversion == SequenceConversion.None ? "" : $" {source.Conversion}")))}{(answer.MayBeAbsent ? "?" : "")}");
            var text = $"{step.Name}({string.Join(", ", parameters)})";
            text += string.Concat(step.Guards.Select(guard => $" when {Name(guard.Condition)}"));
            if (!solved.DependsOn.IsEmpty)
                text += " after " + string.Join(" ", solved.DependsOn.Select(Name));
            if (solved.MayBeSkipped || solved.MayBeAbsent)
                text += $" may be{(solved.MayBeSkipped ? " skipped" : "")}{(solved.MayBeAbsent ? " absent" : "")}";
            return text + (solved.IsOutput ? " is output" : "");
        }));
    }
}
