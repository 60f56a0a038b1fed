using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Tests.Parsing;

public sealed class StepShapeTests
{
    [Theory]
    [InlineData("string", nameof(ReturnShape.Value))]
    [InlineData("Task<string>", nameof(ReturnShape.TaskOfT))]
    [InlineData("ValueTask<string>", nameof(ReturnShape.ValueTaskOfT))]
    [InlineData("IAsyncEnumerable<string>", nameof(ReturnShape.TextStream))]
    public void A_text_may_be_handed_over_in_several_ways(string type, string expected)
    {
        var model = Parsed.Members($$"""
            [Step] public {{type}} Write(Ticket t) => default!;
            [Step] public Reply Finish([From(nameof(Write))] string text) => null!;
            """, attributes: "").Sound();

        Assert.Equal(expected, model.Node("Write").Return.ToString());
        Assert.Equal("string", model.Node("Write").Result!.FullName);
    }

    [Theory]
    [InlineData("void", nameof(ReturnShape.Void))]
    [InlineData("Task", nameof(ReturnShape.Task))]
    [InlineData("ValueTask", nameof(ReturnShape.ValueTask))]
    public void A_step_may_give_nothing(string type, string expected)
    {
        var model = Parsed.Members($$"""
            [Step] public {{type}} Save(Ticket t) => throw null!;
            [Step(After = new[] { nameof(Save) })] public Reply Finish(Ticket t) => null!;
            """, attributes: "").Sound();

        Assert.Equal(expected, model.Node("Save").Return.ToString());
        Assert.Null(model.Node("Save").Output);
        Assert.Equal([0], model.Node("Finish").After);
    }

    [Fact]
    public void A_steps_settings_are_read()
    {
        var node = Parsed.Members("""
            [Step(Attempts = 3, TimeoutSeconds = 20, MaxCalls = 5, Optional = true)] private static string? Try(Ticket t) => null;
            [Step, Output] public Reply Finish([From(nameof(Try))] string? text) => null!;
            """, attributes: "").Sound().Node("Try");

        Assert.Equal((3, 20, 5, true, true, true), (node.Attempts, node.TimeoutSeconds, node.MaxCalls, node.Optional, node.IsStatic, node.ReturnsNullable));
        Assert.True(node.MayBeAbsent);
    }

    [Fact]
    public void For_each_gives_the_sequence_of_its_results()
    {
        var model = Parsed.Members("""
            [Step] public IReadOnlyList<int> Split(Ticket t) => null!;
            [Step] public Task<string?[]> Work([ForEach(Concurrency = 4)] int part, CancellationToken ct) => null!;
            [Step] public Reply Finish(List<string?[]> parts) => null!;
            """, attributes: "").Sound();

        var work = model.Node("Work");
        Assert.Equal((0, 4, true), (work.ForEachParameter, work.Concurrency, work.IsForEach));
        Assert.Equal(("string?[]", "string?[][]", "string?[]"), (work.Result!.Name, work.Output!.Name, work.Output.ElementName));
        Assert.Equal(SequenceConversion.ToList, model.Node("Finish").Parameters[0].Sources[0].Conversion);
    }

    [Fact]
    public void Types_keep_their_nullable_marks_inside_and_show_them_outside()
    {
        var type = Parsed.Members("""
            [Step] public Dictionary<string, List<string?>?>? Map(Ticket t) => null;
            [Step] public Reply Finish(Dictionary<string, List<string?>?>? map) => null!;
            """, attributes: "").Sound().Node("Map").Result!;

        Assert.Equal("global::System.Collections.Generic.Dictionary<string, global::System.Collections.Generic.List<string?>?>", type.Name);
        Assert.Equal(("Dictionary<string, List<string?>?>", true), (type.DisplayName, type.IsNullable));
    }

    [Theory]
    [InlineData("int?", "int", true, nameof(TypeShape.Other), nameof(SequenceKind.None))]
    [InlineData("DayOfWeek?", "global::System.DayOfWeek", true, nameof(TypeShape.Enum), nameof(SequenceKind.None))]
    [InlineData("string[]", "string[]", false, nameof(TypeShape.Sequence), nameof(SequenceKind.Array))]
    [InlineData("IEnumerable<int>?", "global::System.Collections.Generic.IEnumerable<int>", true, nameof(TypeShape.Sequence), nameof(SequenceKind.Enumerable))]
    [InlineData("System.Collections.Immutable.ImmutableArray<int>", "global::System.Collections.Immutable.ImmutableArray<int>", false, nameof(TypeShape.Sequence), nameof(SequenceKind.ImmutableArray))]
    [InlineData("KeyValuePair<string, int?>", "global::System.Collections.Generic.KeyValuePair<string, int?>", false, nameof(TypeShape.Other), nameof(SequenceKind.None))]
    public void A_types_shape_is_read(string source, string name, bool nullable, string shape, string sequence)
    {
        var type = Parsed.Members($$"""
            [Step] public {{source}} Make(Ticket t) => default!;
            [Step] public Reply Finish({{source}} made) => null!;
            """, attributes: "").Sound().Node("Make").Result!;

        Assert.Equal((name, nullable, shape, sequence), (type.Name, type.IsNullable, type.Shape.ToString(), type.Sequence.ToString()));
    }

    [Theory]
    [InlineData("[Step] public Reply Ask(Ticket t) => null!; [Step] public string Ask(int i) => null!;")]
    [InlineData("[Step] public Reply Ask(Ticket t) => null!; public string Ask(int i) => null!;")]
    [InlineData("[Step] public Reply Ask<T>(Ticket t) => null!;")]
    [InlineData("[Step] public Reply Ask(ref Ticket t) => null!;")]
    [InlineData("[Step] public Reply Ask(in Ticket t) => null!;")]
    [InlineData("[Step] public Reply Ask(out Ticket t) => throw null!;")]
    [InlineData("[Step] public Reply Ask(params Ticket[] t) => null!;")]
    [InlineData("[Step] public Reply Ask(Ticket? t = null) => null!;")]
    [InlineData("[Step] public Reply Ask([ForEach] Ticket t, [ForEach] int i) => null!;")]
    [InlineData("[Step] public Reply Ask(ReadOnlySpan<char> t) => null!;")]
    [InlineData("[Step] public Reply Ask(IAsyncEnumerable<string> t) => null!;")]
    [InlineData("[Step] public Reply Ask(Task<string> t) => null!;")]
    [InlineData("[Step] public unsafe Reply Ask(int* t) => null!;")]
    [InlineData("[Step] public async void Ask(Ticket t) => await Task.Yield();")]
    [InlineData("[Step] public ref Reply Ask(Ticket t) => throw null!;")]
    [InlineData("[Step] public Span<char> Ask(Ticket t) => default;")]
    [InlineData("[Step] public Task<Task<Reply>> Ask(Ticket t) => null!;")]
    [InlineData("[Step] public IAsyncEnumerable<int> Ask(Ticket t) => null!;")]
    [InlineData("[Step] public Reply Ask(Ticket t, IEmbeddingGenerator<string, Embedding<double>> e) => null!;")]
    [InlineData("[Step] public Reply Ask(Ticket t, [FromInput] CancellationToken ct) => null!;")]
    [InlineData("[Step] public Reply Ask([From] Ticket t) => null!;")]
    [InlineData("[Step(Attempts = -1)] public Reply Ask(Ticket t) => null!;")]
    [InlineData("[Step, Tool] public Reply Ask(Ticket t) => null!;")]
    [InlineData("[Step] public Reply Ask(Ticket t) => null!; [Output] public string Other() => null!;")]
    [InlineData("[Step] public List<int> L(Ticket t) => null!; [Step, Output] public Reply Ask([ForEach(Concurrency = 0)] int t) => null!;", "Concurrency")]
    public void KW3010_a_step_of_a_shape_that_cannot_run(string members, string? says = null)
    {
        var parse = Parsed.Members(members, types: "", attributes: "[CredentialProfile]");
        var fault = Assert.Single(parse.Faults, static fault => fault.Rule == "KW3010");

        Assert.True(parse.Model!.IsFaulty);
        Assert.True(says is null || fault.Message.Contains(says, StringComparison.Ordinal));
        Assert.True(parse.Faults.Length == 1 || says is not null);
    }

    [Fact]
    public void KW3010_a_file_local_type_in_a_step() => Parsed.Members("[Step] internal Reply Ask(Ticket t, Hidden h) => null!;", types: "file class Hidden;").Fault("KW3010");

    [Fact]
    public void KW3010_an_inherited_step_is_said_at_the_class()
    {
        var fault = Parsed.Flow("""
            namespace Acme;
            public abstract class Shared { [Step] public int Count(string text) => 1; }
            [Workflow("flow")] public partial class Flow : Shared, IWorkflow<string, int> { [Step] public int Size(string text) => 1; }
            """).Fault("KW3010");

        Assert.Contains("`Shared.Count`", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_may_have_a_default() => Parsed.Members("[Step] public Reply Ask(Ticket t, CancellationToken ct = default) => null!;", attributes: "").Sound();

    [Fact]
    public void Methods_that_are_no_steps_may_have_any_shape() => Parsed.Members("[Step] public Reply Ask(Ticket t) => null!; void A<T>(ref T x) { } void A(int i) { }", attributes: "").Sound();
}
