using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Tests.Parsing;

/// <summary>What the solver finds is said at its place in the source; the solver itself has tests of its own.</summary>
public sealed class GraphWiringTests
{
    [Theory]
    [InlineData("KW3001", "[Step] public string A(int i) => null!; [Step] public int B(string s) => 1; [Step] public Reply C(string s) => null!;")]
    [InlineData("KW3002", "[Step] public Reply A(Guid id) => null!;", "id")]
    [InlineData("KW3002", "[Step] public string A(Ticket t) => null!;")]
    [InlineData("KW3002", "[Step] public Reply A([From(\"Nothing\")] Ticket t) => null!;", "\"Nothing\"")]
    [InlineData("KW3002", "[Step(After = new[] { nameof(String) })] public Reply A(Ticket t) => null!;", "nameof(String)")]
    [InlineData("KW3003", "[Step] public int A(Ticket t) => 1; [Step] public int B(Ticket t) => 1; [Step] public Reply C(int i) => null!;", "i")]
    [InlineData("KW3004", "[Step] public int A(Ticket t) => 1; [Step] public int B(Ticket t) => 1; [Step] public Reply C([From(nameof(A), nameof(B))] int i) => null!;", "i")]
    [InlineData("KW3005", "bool Maybe(Ticket t) => true; [Step(When = nameof(Maybe))] public Reply A(Ticket t) => null!;")]
    public void A_fault_of_the_graph_is_said_in_the_source(string rule, string members, string? at = null)
    {
        var source = $$"""
            namespace Acme;
            public record Ticket(string Question);
            public record Reply(string Text);
            [Workflow("flow")] public partial class Flow : IWorkflow<Ticket, Reply> { {{members}} }
            """;
        var fault = Parsed.Flow(source).Fault(rule);

        Assert.True(at is null || Parsed.TextAt(source, fault) == at, fault.ToString());
    }

    [Fact]
    public void Nothing_is_said_of_the_graph_while_a_steps_shape_is_wrong() =>
        Parsed.Members("[Step] public string A<T>(Guid id) => null!; [Step] public Reply B(Uri u) => null!;", attributes: "").Fault("KW3010");

    [Fact]
    public void The_input_is_named_where_a_step_gives_the_same_type()
    {
        var model = Parsed.Members("""
            [Step] public Ticket Clean([FromInput] Ticket t) => t;
            [Step] public Reply Finish([From(nameof(Clean))] Ticket clean, [FromInput] Ticket raw) => null!;
            """, attributes: "").Sound();

        Assert.Equal(("input", "Clean", "input"), (model.SourcesOf("Clean", "t"), model.SourcesOf("Finish", "clean"), model.SourcesOf("Finish", "raw")));
    }
}
