using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Tests.Parsing;

public sealed class ToolTests
{
    private const string Ask = """[Prompt("x", Tools = new[] { "LookUp" })] public partial Task<Reply> Ask(Ticket t, IChatClient chat); """;

    [Fact]
    public void A_tool_is_read_with_what_the_model_sees_and_what_the_run_gives()
    {
        var model = Parsed.Members("""
            [Step] public string Note(Ticket t) => "";
            [Prompt("{{t.Question}}", Tools = new[] { nameof(LookUp), nameof(More) }, MaxToolRounds = 3)] public partial Task<Reply> Ask(Ticket t, IChatClient chat);
            [Tool(Name = "look-up"), System.ComponentModel.Description("Looks up")]
            private static Task<int?> LookUp([System.ComponentModel.Description("The number")] string number, Ticket ticket, RunContext run, CancellationToken ct, [From(nameof(Note))] string note, byte limit = 5, Kind kind = Kind.Two, string? rest = null) => null!;
            private IReadOnlyList<AIFunction> More => null!;
            """, "public enum Kind { One, Two }").Sound();

        var tool = Assert.Single(model.Tools);
        Assert.Equal(("LookUp", "look-up", "Looks up", true, ReturnShape.TaskOfT, "int?"), (tool.MethodName, tool.ToolName, tool.Description, tool.IsStatic, tool.Return, tool.Result!.FullName));
        Assert.Equal(
            [
                ("number", ToolParameterKind.Model, true, null, "The number"), ("ticket", ToolParameterKind.Input, false, null, null), ("run", ToolParameterKind.RunContext, false, null, null), ("ct", ToolParameterKind.CancellationToken, false, null, null),
                ("note", ToolParameterKind.From, false, null, null), ("limit", ToolParameterKind.Model, false, "(byte)(5)", null), ("kind", ToolParameterKind.Model, false, "global::Acme.Kind.Two", null), ("rest", ToolParameterKind.Model, false, "null", (string?)null),
            ],
            tool.Parameters.Select(static parameter => (parameter.Name, parameter.Kind, parameter.IsRequired, parameter.DefaultValue, parameter.Description)));
        Assert.Equal(0, Assert.Single(tool.Parameters[4].Sources).Node);

        var ask = model.Node("Ask");
        Assert.Equal([new(0, null, false), new ToolReferenceModel(-1, "More", false)], ask.Prompt!.Tools);
        Assert.Equal([0], ask.DependsOn);
        Assert.Equal((9, 3), (ask.MaxCalls, ask.Prompt.MaxToolRounds));
    }

    [Theory]
    [InlineData("")]
    [InlineData("public string LookUp(string a) => a;")]
    [InlineData("public string LookUp => \"\";")]
    [InlineData("[Tool] public string LookUp(ref string a) => a;")]
    [InlineData("[Tool] public string LookUp<T>(string a) => a;")]
    [InlineData("[Tool] public string LookUp(string a) => a; public string LookUp(int a) => \"\";")]
    [InlineData("[Tool] public string LookUp(IChatClient a) => null!;")]
    [InlineData("[Tool] public string LookUp(ReadOnlySpan<char> a) => null!;")]
    [InlineData("[Tool] public string LookUp([ForEach] string a) => null!;")]
    [InlineData("[Tool] public string LookUp([FromInput] string a) => null!;")]
    [InlineData("[Tool] public IAsyncEnumerable<string> LookUp(string a) => null!;")]
    [InlineData("[Tool] public async void LookUp(string a) => await Task.Yield();")]
    public void KW3011_a_tool_that_cannot_be_offered(string tool) => Parsed.Members(Ask + tool).Fault("KW3011");

    [Theory]
    [InlineData("static partial Task<string>", "[Tool] public string LookUp(string a) => a;")]
    [InlineData("static partial Task<string>", "public List<AITool> LookUp => null!;")]
    [InlineData("partial Task<string>", "[Tool] public string LookUp([From(nameof(Write))] Reply a) => null!;")]
    public void KW3011_a_prompt_that_cannot_offer_it(string prompt, string tool) => Parsed.Members($$"""
        [Prompt("x", Inline = true, Tools = new[] { "LookUp" })] public {{prompt}} Ask(IChatClient chat);
        [Step] public Reply Write(Ticket t, IChatClient chat) => null!;
        {{tool}}
        """).Fault("KW3011");

    [Theory]
    [InlineData("", "Write")]
    [InlineData(", Tools = new[] { \"LookUp\" }", "Ask")]
    public void A_tool_takes_the_result_of_a_step_only_where_a_prompt_offers_it(string offered, string output)
    {
        var model = Parsed.Members($$"""
            [Prompt("x"{{offered}})] public partial Task<{{(output == "Ask" ? "Reply" : "string")}}> Ask(Ticket t, IChatClient chat);
            [Step] public Reply Write(Ticket t) => null!;
            [Tool] public string LookUp([From(nameof(Write))] Reply a) => null!;
            """).Sound();

        Assert.Equal(output, Assert.Single(model.Nodes, static node => node.IsOutput).Name);
    }

    [Fact]
    public void KW3011_a_tool_that_is_offered_twice() => Parsed.Members("""[Prompt("x", Tools = new[] { "LookUp", "LookUp" })] public partial Task<Reply> Ask(Ticket t, IChatClient chat); [Tool] string LookUp() => "";""").Fault("KW3011");

    [Theory]
    [InlineData("[Tool(Name = \"look up\")] public string LookUp(string a) => a;")]
    [InlineData("[Tool(Name = \"\")] public string LookUp(string a) => a;")]
    [InlineData("[Tool] public string LookUp(string a) => a; [Tool(Name = \"LookUp\")] public string Other(string a) => a;")]
    public void KW3008_a_name_that_models_do_not_know_it_by(string tool) => Parsed.Members(Ask + tool).Fault("KW3008");
}
