using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Tests.Parsing;

public sealed class PromptTests
{
    private const string Finish = "[Step, Output] public Reply Finish([From(\"Ask\")] string? text) => null!;";

    [Fact]
    public void A_prompts_options_are_read()
    {
        var prompt = Parsed.Members("""
            [Prompt("{{t.Question}}", System = "S", Model = "m", FallbackModel = "f", Temperature = 0.25, TopP = 0.5, MaxOutputTokens = 100, Seed = 7, ReasoningEffort = ReasoningEffort.High, AllowSystemMessages = true, ConfigureOptions = nameof(Edit))]
            public static partial ValueTask<string> Ask(Ticket t, [Slot(Model = "mine")] IChatClient chat, RunContext run, CancellationToken ct);
            private static void Edit(Ticket t, ChatOptions options) { }
            """ + Finish).Sound().Node("Ask").Prompt!;

        Assert.Equal(("mine", "f", 0.25, 0.5, 100, 7L), (prompt.Model, prompt.FallbackModel, prompt.Temperature, prompt.TopP, prompt.MaxOutputTokens, prompt.Seed));
        Assert.Equal(("global::Microsoft.Extensions.AI.ReasoningEffort.High", true, true), (prompt.ReasoningEffort, prompt.AllowSystemMessages, prompt.IsStatic));
        Assert.Equal(new OptionsHookModel("Edit", true, [new("t"), new((string?)null)]), prompt.ConfigureOptions);
        Assert.Equal([PromptParameterKind.Value, PromptParameterKind.ChatClient, PromptParameterKind.RunContext, PromptParameterKind.CancellationToken], prompt.Parameters.Select(static parameter => parameter.Kind));
        Assert.Equal(("public static", PromptAnswer.Text, ReturnShape.ValueTaskOfT), (prompt.Signature.Modifiers, prompt.Answer, prompt.Return));
    }

    [Fact]
    public void What_is_left_out_stays_out()
    {
        var prompt = Parsed.Members("""[Prompt(User = "Hi")] internal partial Task<string> Ask(IChatClient chat); """ + Finish).Sound().Node("Ask").Prompt!;

        Assert.Equal((null, null, null, null, null, null, 8), (prompt.Model, prompt.Temperature, prompt.TopP, prompt.MaxOutputTokens, prompt.Seed, prompt.ReasoningEffort, prompt.MaxToolRounds));
        Assert.Null(prompt.System);
        Assert.Equal("chat", prompt.ChatClient!.Name);
    }

    [Fact]
    public void An_inline_prompt_is_no_node()
    {
        var model = Parsed.Members("""
            [Prompt("Improve {{draft}} by {{count}}", Inline = true)] private partial Task<string> Improve(string draft, int count, IChatClient chat, CancellationToken ct);
            [Step] public async Task<Reply> Write(Ticket t, IChatClient chat, CancellationToken ct) => new(await Improve("", 1, chat, ct));
            """).Sound();

        Assert.Single(model.Nodes);
        var prompt = Assert.Single(model.InlinePrompts);
        Assert.Equal((true, "Improve", "private"), (prompt.IsInline, prompt.Signature.Name, prompt.Signature.Modifiers));
        Assert.Equal("Improve", Assert.Single(model.PartialMethods).Name);
    }

    [Fact]
    public void Messages_are_put_in_and_come_from_the_graph()
    {
        var model = Parsed.Members("""
            [Step] public List<ChatMessage> History(Ticket t) => null!;
            [Prompt("{{t.Question}}")] public partial Task<string> Ask(IReadOnlyList<ChatMessage> history, Ticket t, IChatClient chat);
            """ + Finish).Sound();

        Assert.Equal(ParameterKind.Messages, model.Node("Ask").Parameters[0].Kind);
        Assert.Equal(PromptParameterKind.Messages, model.Node("Ask").Prompt!.Parameters[0].Kind);
        Assert.Equal("History", model.SourcesOf("Ask", "history"));
    }

    [Theory]
    [InlineData("{{t.Question}}", "t.Question", nameof(PlaceholderText.String))]
    [InlineData("{{t.Number}}", "t.Number", nameof(PlaceholderText.Value))]
    [InlineData("{{deep.Inner?}}", "deep.Inner", nameof(PlaceholderText.NullableValue))]
    [InlineData("{{deep.Inner.Name?}}", "deep.Inner?.Name", nameof(PlaceholderText.NullableString))]
    [InlineData("{{deep.Field}}", "deep.Field", nameof(PlaceholderText.String))]
    [InlineData("{{deep.Base}}", "deep.Base", nameof(PlaceholderText.String))]
    [InlineData("{{deep.List.Count}}", "deep.List.Count", nameof(PlaceholderText.Value))]
    [InlineData("{{deep.When.Value.Year?}}", null, null)]
    [InlineData("{{deep.When.Year?}}", "deep.When?.Year", nameof(PlaceholderText.NullableValue))]
    [InlineData("{{deep.Tags.color?}}", "global::KeyedWorkflows.Runtime.PromptText.ByName(deep.Tags, \"color\")", nameof(PlaceholderText.NullableString))]
    [InlineData("{{run.RunId}}", "run.RunId", nameof(PlaceholderText.String))]
    [InlineData("{{run.Labels.region?}}", "global::KeyedWorkflows.Runtime.PromptText.ByName(run.Labels, \"region\")", nameof(PlaceholderText.NullableString))]
    [InlineData("{{deep.@event}}", null, null)]
    [InlineData("{{deep.event}}", "deep.@event", nameof(PlaceholderText.Value))]
    public void A_placeholder_reaches_public_members(string template, string? access, string? text)
    {
        var parse = Parsed.Members($$"""
            [Step] public Deep Make(Ticket t) => null!;
            [Prompt("{{template}}")] public partial Task<string> Ask(Ticket t, Deep deep, IChatClient chat);
            """ + Finish, Types);

        if (access is null)
        {
            parse.Fault("KW3006");
            return;
        }
        var segment = Assert.Single(parse.Sound().Node("Ask").Prompt!.User!.Segments);
        Assert.Equal($"{access} {text}", $"{segment.Access} {segment.Text}");
    }

    private const string Types = """
        public class Root { public string Base => ""; }
        public class Inner { public string Name => ""; }
        public class Deep : Root
        {
            public Inner? Inner => null; [System.Text.Json.Serialization.JsonInclude] public string Field = ""; public IReadOnlyList<int> List => null!; public DateTime? When => null; public Dictionary<string, string> Tags => null!;
            public int @event => 1; private string Hidden => ""; internal string Internal => ""; public static string Static => ""; public string WriteOnly { set { } } public Secret Key => null!;
        }
        """;

    [Theory]
    [InlineData("{{deep.Hidden}}")]
    [InlineData("{{deep.Internal}}")]
    [InlineData("{{deep.Static}}")]
    [InlineData("{{deep.WriteOnly}}")]
    [InlineData("{{deep.Key}}")]
    [InlineData("{{deep.Inner}}")]
    [InlineData("{{deep.Inner.Name}}")]
    [InlineData("{{deep.Nothing}}")]
    [InlineData("{{nothing}}")]
    [InlineData("{{chat}}")]
    [InlineData("{{ deep }}")]
    [InlineData("{{run}}")]
    [InlineData("{{open")]
    public void KW3006_a_placeholder_that_reaches_nothing_or_may_be_null(string template)
    {
        var source = Source($"\"Text {template} text\"");
        var fault = Parsed.Flow(source).Fault("KW3006");

        Assert.Equal(template == "{{open" ? "{{" : template, Parsed.TextAt(source, fault));
    }

    [Theory]
    [InlineData("\"a\\n\\u0041\\\"{{no}} b\"")]
    [InlineData("@\"a\n\"\"{{no}} b\"")]
    [InlineData("\"\"\"a {{no}} b\"\"\"")]
    [InlineData("\"\"\"\n        first\n          indented {{no}} b\n        \"\"\"")]
    public void KW3006_points_into_every_kind_of_literal(string literal)
    {
        var source = Source(literal);

        Assert.Equal("{{no}}", Parsed.TextAt(source, Parsed.Flow(source).Fault("KW3006")));
    }

    [Fact]
    public void KW3006_points_at_a_constant_that_stands_elsewhere()
    {
        var source = Source("Text + \"{{no}}\"");

        Assert.Equal("Text + \"{{no}}\"", Parsed.TextAt(source, Parsed.Flow(source).Fault("KW3006")));
    }

    private static string Source(string literal) => $$"""
        namespace Acme;
        {{Types}}
        [Workflow("flow"), CredentialProfile]
        public partial class Flow : IWorkflow<Deep, string>
        {
            private const string Text = "x";
            [Prompt({{literal}})] public partial Task<string> Ask(Deep deep, IChatClient chat);
        }
        """;

    [Fact]
    public void A_prompts_file_gets_a_table_of_what_its_placeholders_may_reach()
    {
        var prompt = Parsed.Members("""
            [Step] public Deep Make(Ticket t) => null!;
            [Prompt(System = "S", File = @".\prompts\ask.md")] public partial Task<string> Ask(Node node, Deep deep, IChatClient chat);
            [Step] public Node Build(Ticket t) => null!;
            """ + Finish, Types + "public class Node { public Node? Next => null; public Deep Deep => null!; }").Sound().Node("Ask").Prompt!;

        Assert.Equal("prompts/ask.md", prompt.File);
        Assert.Null(prompt.User);
        Assert.True(prompt.Shapes!.TryGetRoot("node", out var node));
        Assert.True(prompt.Shapes.TryGetMember(node, "Next", out var next) && next.IsNullable);
        Assert.True(prompt.Shapes.TryGetMember(next, "Deep", out var deep));
        Assert.True(prompt.Shapes.TryGetMember(deep, "Inner", out var inner));
        Assert.True(prompt.Shapes.TryGetMember(inner, "Name", out var name) && name.Kind == MemberKind.String);
        Assert.True(prompt.Shapes.TryGetRoot("run", out var run) && run.IsImplied);
    }

    [Fact]
    public void The_table_of_a_vast_model_is_bounded()
    {
        var types = string.Concat(Enumerable.Range(0, 400).Select(static i => $"public class T{i} {{ public T{(i + 1) % 400} A => null!; public T{i * 7 % 400} B => null!; public T{i * 13 % 400} C => null!; }} "));
        var prompt = Parsed.Members("""
            [Prompt(File = "ask.md")] public partial Task<string> Ask(T1 root, IChatClient chat);
            [Step] public T1 Build(Ticket t) => null!;
            """ + Finish, types).Sound().Node("Ask").Prompt!;

        Assert.InRange(prompt.Shapes!.Types.Length, 20, 400);
    }

    [Theory]
    [InlineData("[Prompt(\"x\")] public Task<string> Ask(IChatClient chat) => null!;", "partial")]
    [InlineData("[Prompt(\"x\")] public partial Task<string> Ask(IChatClient chat); public partial Task<string> Ask(IChatClient chat) => null!;", "partial")]
    [InlineData("[Prompt(\"x\")] public partial Task<string> Ask(CancellationToken ct);", "IChatClient")]
    [InlineData("[Prompt(\"x\")] public partial Task<string> Ask(IChatClient a, IChatClient b);", "two")]
    [InlineData("[Prompt(\"x\")] public partial Task<string> Ask(IChatClient a, IEmbeddingGenerator<string, Embedding<float>> b);", "embedding")]
    [InlineData("[Prompt(\"x\")] public partial Task Ask(IChatClient chat);", "returns nothing")]
    [InlineData("[Prompt(\"x\")] public partial string Ask(IChatClient chat);", "returns nothing")]
    [InlineData("[Prompt] public partial Task<string> Ask(IChatClient chat);", "without a text")]
    [InlineData("[Prompt(\"\")] public partial Task<string> Ask(IChatClient chat);", "empty")]
    [InlineData("[Prompt(\"x\", User = \"y\")] public partial Task<string> Ask(IChatClient chat);", "several texts")]
    [InlineData("[Prompt(\"x\", File = \"y\")] public partial Task<string> Ask(IChatClient chat);", "several texts")]
    [InlineData("[Prompt(File = \"\")] public partial Task<string> Ask(IChatClient chat);", "File")]
    [InlineData("[Prompt(\"x\", MaxToolRounds = 0)] public partial Task<string> Ask(IChatClient chat);", "MaxToolRounds")]
    [InlineData("[Prompt(\"x\", MaxOutputTokens = 0)] public partial Task<string> Ask(IChatClient chat);", "MaxOutputTokens")]
    [InlineData("[Prompt(\"x\", ConfigureOptions = \"No\")] public partial Task<string> Ask(IChatClient chat);", "ConfigureOptions")]
    [InlineData("[Prompt(\"x\", ConfigureOptions = nameof(E))] public partial Task<string> Ask(IChatClient chat); void E(ChatOptions o, int other) { }", "`other`")]
    [InlineData("[Prompt(\"x\", ConfigureOptions = nameof(E))] public partial Task<string> Ask(IChatClient chat); void E() { }", "ChatOptions")]
    [InlineData("[Prompt(\"x\", ConfigureOptions = nameof(E))] public static partial Task<string> Ask(IChatClient chat); void E(ChatOptions o) { }", "static")]
    [InlineData("[Prompt(\"x\", Inline = true)] public partial Task<string> Ask([FromInput] Ticket t, IChatClient chat);", "inline")]
    public void KW3010_a_prompt_of_a_shape_that_has_no_body(string members, string says)
    {
        var fault = Parsed.Members(members + (members.Contains("Inline", StringComparison.Ordinal) ? "[Step] public Reply Finish(Ticket t, IChatClient chat) => null!;" : Finish)).Fault("KW3010");

        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_faulty_workflow_keeps_the_signatures_that_need_a_body()
    {
        var parse = Parsed.Members("""
            [Prompt("{{no}}")] protected internal virtual partial Task<string> Ask<T>(in T t, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct, params string?[]? rest) where T : class?, IDisposable, new();
            [Step] public Reply Finish(Ticket t) => null!;
            """);

        Assert.True(parse.Model!.IsFaulty);
        Assert.NotNull(parse.Model.FaultText);
        Assert.Empty(parse.Model.Nodes);
        var signature = Assert.Single(parse.Model.PartialMethods);
        Assert.Equal(("protected internal virtual", "<T>", "where T : class?, global::System.IDisposable, new()"), (signature.Modifiers, signature.TypeParameters, signature.Constraints));
        Assert.Equal([("in ", "T", false), ("", "global::System.Threading.CancellationToken", true), ("params ", "string?[]?", false)], signature.Parameters.Select(static parameter => (parameter.Modifier, parameter.Type, parameter.HasEnumeratorCancellation)));
    }
}
