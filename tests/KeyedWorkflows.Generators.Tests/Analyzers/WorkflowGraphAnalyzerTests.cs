using KeyedWorkflows.Generators.Tests.Compilations;
using KeyedWorkflows.Generators.Tests.Emitting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>Each rule is reported at its place, and nothing beside it.</summary>
public sealed class WorkflowGraphAnalyzerTests
{
    [Fact]
    public async Task KW1001_at_the_client_without_a_slot() => await Analysis.ExpectAsync("""
        [Workflow("flow")]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}")]
            public partial Task<Reply> Write(Ticket ticket, IChatClient {|KW1001:chat|});
        }
        """);

    [Fact]
    public async Task KW1002_at_the_slot_that_is_not_declared() => await Analysis.ExpectAsync("""
        [Workflow("flow")]
        [CredentialProfile("main")]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}")]
            public partial Task<Reply> Write(Ticket ticket, [Slot({|KW1002:"mian"|})] IChatClient chat);

            [Step]
            public string Embed(Ticket ticket, [Slot("main")] IChatClient chat) => "";
        }
        """);

    [Fact]
    public async Task KW1003_at_the_slot_that_nothing_uses() => await Analysis.ExpectAsync("""
        [Workflow("flow")]
        [CredentialProfile("main"), {|KW1003:CredentialProfile("spare")|}]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}")]
            public partial Task<Reply> Write(Ticket ticket, [Slot("main")] IChatClient chat);
        }
        """);

    [Fact]
    public async Task KW3001_at_the_first_step_of_the_cycle() => await Analysis.ExpectAsync(Flow("""
        [Step] public string {|KW3001:Draft|}(Topic topic) => topic.Name;
        [Step] public Topic Classify(string text) => new(text);
        [Step] public Reply Finish(string text) => new(text);
        """));

    [Fact]
    public async Task KW3002_at_the_parameter_that_nothing_feeds() => await Analysis.ExpectAsync(Flow("[Step] public Reply Finish(Topic {|KW3002:topic|}) => new(topic.Name);"));

    [Theory]
    [InlineData("[Step] public Reply Finish([From({|KW3002:\"Clasify\"|})] Topic topic) => new(topic.Name);")]
    [InlineData("[Step] public Reply Finish([From({|KW3002:nameof(Early)|})] Topic topic) => new(topic.Name);")]
    [InlineData("[Step] public Reply Finish([From(nameof(Classify), {|KW3002:nameof(Early)|})] Topic topic) => new(topic.Name);")]
    [InlineData("[Step] public Reply Finish([From([nameof(Classify), {|KW3002:nameof(Missing)|}])] Topic topic) => new(topic.Name); private static void Missing() { }")]
    [InlineData("[Step(After = [nameof(Early), {|KW3002:\"Erly\"|}])] public Reply Finish(Topic topic) => new(topic.Name);")]
    [InlineData("[Step(After = new[] { {|KW3002:nameof(Missing)|} })] public Reply Finish(Topic topic) => new(topic.Name); private static void Missing() { }")]
    public async Task KW3002_at_the_name_in_the_attribute(string finish) => await Analysis.ExpectAsync(Flow("""
        [Step] public Topic Classify(Ticket ticket) => new(ticket.Question);
        [Step] public void Early() { }
        """ + finish));

    [Fact]
    public async Task KW3012_and_KW3011_at_the_one_of_several_names_that_is_wrong() => await Analysis.ExpectAsync("""
        [Workflow("child")]
        [CredentialProfile("one"), CredentialProfile("two")]
        public sealed partial class Child : IWorkflow<Topic, Reply>
        {
            [Prompt("{{topic.Name}}")] public partial Task<string> Draft(Topic topic, [Slot("one")] IChatClient chat);
            [Prompt("{{text}}")] public partial Task<Reply> Write(string text, [Slot("two")] IChatClient chat);
        }

        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}", Tools = [nameof(LookUp), {|KW3011:"Lok"|}])] public partial Task<Topic> Classify(Ticket ticket, IChatClient chat);
            [SubWorkflow(typeof(Child), Slots = ["one=main", {|KW3012:"two=mian"|}])] public partial Task<Reply> Ask(Topic topic);
            [Tool] public string LookUp(string number) => number;
        }
        """);

    [Fact]
    public async Task KW3006_at_the_placeholder_in_one_of_several_strings() => await Analysis.ExpectAsync("""
        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Prompt("Say: \"x\" " +
                "{|KW3006:{{ticket.Subject}}|}, {{ticket.Question}}")]
            public partial Task<Reply> Write(Ticket ticket, IChatClient chat);
        }
        """);

    [Fact]
    public async Task KW3002_at_the_class_that_nothing_gives_the_output() => await Analysis.ExpectAsync("""
        [Workflow("flow")]
        public sealed partial class {|KW3002:Flow|} : IWorkflow<Ticket, Reply>
        {
            [Step] public Topic Classify(Ticket ticket) => new(ticket.Question);
        }
        """);

    [Fact]
    public async Task KW3003_at_the_parameter_that_several_feed() => await Analysis.ExpectAsync(Flow("""
        [Step] public Topic One(Ticket ticket) => new(ticket.Question);
        [Step] public Topic Two(Ticket ticket) => new(ticket.Question);
        [Step] public Reply Finish(Topic {|KW3003:topic|}) => new(topic.Name);
        """));

    [Fact]
    public async Task KW3004_at_the_merge() => await Analysis.ExpectAsync(Flow("""
        [Step] public Topic One(Ticket ticket) => new(ticket.Question);
        [Step] public Topic Two(Ticket ticket) => new(ticket.Question);
        [Step] public Reply Finish([From(nameof(One), nameof(Two))] Topic {|KW3004:topic|}) => new(topic.Name);
        """));

    [Fact]
    public async Task KW3005_at_the_step_that_may_give_no_output() =>
        await Analysis.ExpectAsync(Flow("[Step(Optional = true)] public Reply {|KW3005:Finish|}(Ticket ticket) => new(ticket.Question);"));

    [Fact]
    public async Task KW3006_at_the_placeholder_in_the_string() => await Analysis.ExpectAsync("""
        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Prompt("Say: \"{|KW3006:{{ticket.Subject}}|}\", {{ticket.Question}}")]
            public partial Task<Reply> Write(Ticket ticket, IChatClient chat);
        }
        """);

    [Fact]
    public async Task KW3006_at_the_placeholder_in_the_prompt_s_file() => await Analysis.ExpectAsync(
        FileFlow("\"prompts/draft.md\""),
        ("/acme/prompts/draft.md", "# system\nBe short.\n\n# user\nSay {|KW3006:{{ticket.Subject}}|}\n"),
        ("/acme/prompts/other.md", "{{nothing.to.see}}"));

    [Theory]
    [InlineData("prompts/draft.md", "prompts/other-name.md", "The project has no file 'prompts/draft.md'. Create it: what lies under prompts/ and ends with .md or .txt is part of the project without being added.")]
    [InlineData("prompts/drat.md", "prompts/draft.md", "The project has no file 'prompts/drat.md'. Did you mean 'prompts/draft.md'?")]
    [InlineData("prompts/draft.md", "prompts/draft.txt", "Did you mean 'prompts/draft.txt'?")]
    [InlineData("prompts/draft.md", "prompts/Draft.md", "Did you mean 'prompts/Draft.md'? Upper and lower case count.")]
    [InlineData("draft.md", "draft.txt", "Did you mean 'draft.txt'?")]
    [InlineData("answers/to/draft.md", "a/prompts/draft.md", "Did you mean 'a/prompts/draft.md'?")]
    [InlineData("texts/draft.md", "texts/unlike.md", "create it; then add it to the project: <AdditionalFiles Include=\"texts/draft.md\" />.")]
    public async Task KW3006_at_the_file_that_is_not_there(string named, string there, string says)
    {
        var message = Assert.Single(await Analysis.ExpectAsync(FileFlow($"{{|KW3006:\"{named}\"|}}"), ($"/acme/{there}", "")));

        Assert.Contains(says, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_two_prompts_share_is_reported_once() => await Analysis.ExpectAsync(
        """
        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Prompt(File = "draft.md")]
            public partial Task<Reply> Write(Ticket ticket, IChatClient chat);

            [Prompt(File = "draft.md")]
            public partial Task<Topic> Classify(Ticket ticket, IChatClient chat);
        }
        """,
        ("draft.md", "{|KW3006:{{ticket.Subject}}|}"));

    [Fact]
    public async Task KW3007_at_the_result_that_is_no_data() => await Analysis.ExpectAsync(Flow("""
        [Step] public Action {|KW3007:Prepare|}(Ticket ticket) => static () => { };
        [Step] public Reply Finish(Ticket ticket) => new(ticket.Question);
        """));

    [Fact]
    public async Task KW3008_at_the_name() => await Analysis.ExpectAsync("""
        [Workflow({|KW3008:"Support Reply"|})]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Step] public Reply Finish(Ticket ticket) => new(ticket.Question);
        }
        """);

    [Fact]
    public async Task KW3008_at_the_later_of_two_workflows_of_one_name()
    {
        var message = Assert.Single(await Analysis.ExpectAsync("""
            [Workflow("flow")]
            public sealed partial class One : IWorkflow<Ticket, Reply>
            {
                [Step] public Reply Finish(Ticket ticket) => new(ticket.Question);
            }

            [Workflow({|KW3008:"flow"|})]
            public sealed partial class Two : IWorkflow<Ticket, Reply>
            {
                [Step] public Reply Finish(Ticket ticket) => new(ticket.Question);
            }

            [Workflow("other")]
            public sealed partial class Three : IWorkflow<Ticket, Reply>
            {
                [Step] public Reply Finish(Ticket ticket) => new(ticket.Question);
            }
            """));

        Assert.StartsWith("The name 'flow' is that of `One` already.", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KW3009_at_the_class_that_is_not_partial() => await Analysis.ExpectAsync("""
        [Workflow("flow")]
        public sealed class {|KW3009:Flow|} : IWorkflow<Ticket, Reply>
        {
            [Step] public Reply Finish(Ticket ticket) => new(ticket.Question);
        }
        """);

    [Fact]
    public async Task KW3010_at_the_parameter_with_a_default() => await Analysis.ExpectAsync(Flow("""
        [Step] public Reply Finish(Ticket {|KW3010:ticket|} = null!) => new(ticket.Question);
        """));

    [Fact]
    public async Task KW3011_at_the_client_of_a_tool() => await Analysis.ExpectAsync("""
        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}", Tools = [nameof(LookUp)])]
            public partial Task<Reply> Write(Ticket ticket, IChatClient chat);

            [Tool] public string LookUp(string order, IChatClient {|KW3011:chat|}) => order;
        }
        """);

    [Fact]
    public async Task KW3012_at_the_class_that_is_no_workflow() => await Analysis.ExpectAsync("""
        [Workflow("flow")]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [SubWorkflow({|KW3012:typeof(string)|})]
            public partial Task<Reply> Child(Ticket ticket);
        }
        """);

    [Fact]
    public async Task KW3013_at_the_question_that_the_condition_cannot_answer() => await Analysis.ExpectAsync(Flow("""
        [Step(When = {|KW3013:nameof(TopicOf)|})] public string Extra(Ticket ticket) => ticket.Question;
        [Step] public Reply Finish(Ticket ticket) => new(ticket.Question);
        private static Topic TopicOf(Ticket ticket) => new(ticket.Question);
        """));

    [Fact]
    public async Task A_fault_can_be_suppressed_where_it_stands() => await Analysis.ExpectAsync("""
        #pragma warning disable KW3009
        [Workflow("flow")]
        public sealed class Flow : IWorkflow<Ticket, Reply>
        {
            [Step] public Reply Finish(Ticket ticket) => new(ticket.Question);
        }
        #pragma warning restore KW3009

        """);

    [Fact]
    public async Task A_fault_in_the_second_file_of_a_class_is_reported_there()
    {
        var diagnostics = await Analysis.RunAsync(TestCompilation.Of(
            "[Workflow(\"flow\")] public sealed partial class Flow : IWorkflow<Ticket, Reply> { [Step] public Reply Finish(string text) => new(text); }" + Analysis.Types,
            "public sealed partial class Flow { [Step] public string Draft(Topic topic) => topic.Name; }"));

        var diagnostic = Assert.Single(diagnostics);
        Assert.Equal(("KW3002", "Source1.cs"), (diagnostic.Id, diagnostic.Location.SourceTree!.FilePath));
    }

    [Fact]
    public async Task With_what_the_generator_adds_a_sound_workflow_stays_sound() =>
        Assert.Empty(await Analysis.RunAsync(Emission.Sound(Parsing.SupportReplyTests.Source).Output));

    [Fact]
    public async Task Without_the_product_nothing_is_looked_at()
    {
        var compilation = CSharpCompilation.Create(
            "Acme",
            [CSharpSyntaxTree.ParseText("namespace KeyedWorkflows { class Step : System.Attribute; } [KeyedWorkflows.Step] class Flow;", TestCompilation.ParseOptions, cancellationToken: TestContext.Current.CancellationToken)],
            TestCompilation.References.Where(static reference => !Path.GetFileName(reference.Display!).StartsWith("KeyedWorkflows", StringComparison.Ordinal)));

        Assert.Null(compilation.GetTypeByMetadataName("KeyedWorkflows.WorkflowAttribute"));
        Assert.Empty(await Analysis.RunAsync(compilation));
    }

    [Theory]
    [InlineData("[Step] public Made Make(Ticket ticket) => null!; [Step] public Reply Write(Made made) => null!;", "public sealed record Made(string Text);")]
    [InlineData("[Prompt(\"{{ticket.Made}}\")] public partial Task<Reply> Write(Ticket ticket, [Slot] IChatClient chat);", "public sealed partial record Ticket { public string Made => \"\"; }")]
    public async Task KW3009_at_the_class_that_uses_what_another_generator_makes(string members, string made)
    {
        var ct = TestContext.Current.CancellationToken;
        var source = "using KeyedWorkflows;\n" + Flow(members).Replace("[Workflow", "[CredentialProfile]\n[Workflow", StringComparison.Ordinal) + Analysis.Types.Replace("record Ticket", "partial record Ticket", StringComparison.Ordinal);
        var seen = Emission.Of(source).Output.AddSyntaxTrees(CSharpSyntaxTree.ParseText(made, TestCompilation.ParseOptions, "Other.g.cs", cancellationToken: ct));
        var written = Emission.Of(source, made).Output;

        var diagnostic = Assert.Single(await Analysis.RunAsync(seen), static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

        Assert.Equal("KW3009", diagnostic.Id);
        Assert.Equal("Flow", source.Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length));
        Assert.Contains("another generator makes", diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.DoesNotContain(await Analysis.RunAsync(written), static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
    }

    private static string Flow(string members) => $$"""
        [Workflow("flow")]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            {{members}}
        }
        """;

    private static string FileFlow(string file) => $$$"""
        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Prompt(File = {{{file}}})]
            public partial Task<Reply> Write(Ticket ticket, IChatClient chat);
        }
        """;
}
