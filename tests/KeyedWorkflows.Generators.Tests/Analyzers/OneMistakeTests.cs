namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>One mistake is one error, at the author's place: never one in emitted code, and none of the callers' for it.</summary>
public sealed class OneMistakeTests
{
    /// <summary>What a project has that uses a workflow.</summary>
    private const string Caller = """

        public sealed class Caller(IFlowClient client)
        {
            public async Task<string> Call(Ticket ticket)
            {
                Reply reply = await client.RunAsync(ticket, "acme");
                return reply.Text + (await client.RunAsync(ticket)).Text;
            }
        }
        """;

    [Fact]
    public Task An_input_that_is_not_there() => Build.ExpectAsync("""
        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow : IWorkflow<{|CS0246:Tiket|}, Reply>
        {
            [Step] public string Read({|CS0246:Tiket|} ticket) => "";
            [Prompt("{{text}}")] public partial Task<Reply> Write(string text, IChatClient chat);
        }
        """ + Caller);

    [Fact]
    public Task A_name_whose_client_would_hide_the_model_client() => Build.ExpectAsync("""
        [Workflow("chat")]
        [CredentialProfile]
        public sealed partial class {|KW3008:Chat|} : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}")] public partial Task<Reply> Write(Ticket ticket, IChatClient chat);
        }
        """);

    [Fact]
    public Task An_output_that_is_not_there() => Build.ExpectAsync("""
        [Workflow("flow")]
        public sealed partial class Flow : IWorkflow<Ticket, {|CS0246:Repli|}>
        {
            [Step] public {|CS0246:Repli|} Write(Ticket ticket) => throw new NotSupportedException();
        }
        """ + Caller);

    [Fact]
    public Task A_prompt_that_names_what_is_not_there_is_left_to_the_compiler() => Build.ExpectAsync("""
        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}")] public partial Task<{|CS0246:Topik|}> {|CS8795:Classify|}(Ticket ticket, IChatClient chat);
            [Prompt("{{ticket.Question}}")] public partial Task<Topic> Sound(Ticket ticket, IChatClient chat);
            [Step] public Reply Write({|CS0246:Topik|} topic) => new("");
        }
        """ + Caller);

    [Fact]
    public Task A_class_that_is_not_partial() => Build.ExpectAsync("""
        [Workflow("flow")]
        public sealed class {|KW3009:Flow|} : IWorkflow<Ticket, Reply>
        {
            [Step] public Reply Write(Ticket ticket) => new("");
        }
        """ + Caller);

    [Fact]
    public Task A_class_with_a_prompt_that_is_not_partial() => Build.ExpectAsync("""
        [Workflow("flow")]
        [CredentialProfile]
        public sealed class {|CS0260:Flow|} : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}")] public partial Task<Reply> Write(Ticket ticket, IChatClient chat);
        }
        """ + Caller);

    [Fact]
    public Task A_class_nested_in_one_that_is_not_partial() => Build.ExpectAsync("""
        public static class Outer
        {
            [Workflow("flow")]
            public sealed partial class {|KW3009:Flow|} : IWorkflow<Ticket, Reply>
            {
                [Step] public Reply Write(Ticket ticket) => new("");
            }
        }
        """);

    [Fact]
    public Task A_class_with_a_prompt_nested_in_one_that_is_not_partial() => Build.ExpectAsync("""
        public static class {|CS0260:Outer|}
        {
            [Workflow("flow")]
            [CredentialProfile]
            public sealed partial class Flow : IWorkflow<Ticket, Reply>
            {
                [Prompt("{{ticket.Question}}")] public partial Task<Reply> Write(Ticket ticket, IChatClient chat);
            }
        }
        """ + Caller.Replace("IFlowClient", "Outer.IFlowClient", StringComparison.Ordinal));

    [Theory]
    [InlineData("<T>", ": IWorkflow<Ticket, Reply>", "Reply Write(Ticket ticket) => new(\"\")")]
    [InlineData("<T>", ": IWorkflow<T, Reply> where T : class", "Reply Write(T ticket) => new(\"\")")]
    [InlineData("<T>", ": IWorkflow<List<T>, T[]> where T : class", "T[] Write(List<T> ticket) => []")]
    [InlineData("", "", "Reply Write(Ticket ticket) => new(\"\")")]
    [InlineData("", ": IWorkflow<Ticket, Reply>, IWorkflow<string, Reply>", "Reply Write(Ticket ticket) => new(\"\")")]
    public Task A_class_that_does_not_say_for_which_types_it_runs(string parameters, string bases, string step) => Build.ExpectAsync($$$"""
        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class {|KW3009:Flow|}{{{parameters}}} {{{bases}}}
        {
            [Step] public {{{step}}};
            [Prompt("{{ticket.Question}}", Inline = true)] public partial Task<Reply> Ask(Ticket ticket, IChatClient chat);
        }
        """ + Caller);

    [Fact]
    public Task A_generic_class_beside_one_of_its_name() => Build.ExpectAsync("""
        [Workflow("flow")] [CredentialProfile(Default = "house")] public sealed partial class Flow : IWorkflow<Ticket, Reply> { [Step] public Reply Write(Ticket ticket, IChatClient chat) => new(""); }
        [Workflow("flows")] public sealed partial class {|KW3009:Flow|}<T> : IWorkflow<Ticket, Reply> { [Step] public Reply Write(Ticket ticket) => new(""); }
        """ + Caller);

    [Fact]
    public Task A_workflow_without_a_slot_whose_caller_brings_a_credential() => Build.ExpectAsync("""
        [Workflow("flow")]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}")] public partial Task<Reply> Write(Ticket ticket, IChatClient {|KW1001:chat|});
        }
        """ + Caller);

    [Fact]
    public async Task A_class_without_the_attribute()
    {
        var message = Assert.Single(await Build.ExpectAsync("""
            [CredentialProfile]
            public sealed partial class {|KW3015:Flow|} : IWorkflow<Ticket, Reply>
            {
                [Step] public Topic Classify(Ticket ticket, DateTime never) => new("");
                [Prompt("{{nobody}}")] public partial Task<Reply> Write(Topic topic, IChatClient chat);
            }
            """ + Caller));

        Assert.Contains("[Workflow(\"flow\")]", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public sealed partial class {|KW3015:SupportReply|} { [Prompt(\"hi\")] public partial Task<string> Ask(IChatClient chat); [Step] public string One() => \"\"; }")]
    [InlineData("public sealed class {|KW3015:SupportReply|} { [Tool] public string Ask() => \"\"; }")]
    [InlineData("public sealed class {|KW3015:SupportReply|} : IWorkflow<Ticket, Reply>;")]
    [InlineData("[CredentialProfile] public sealed class {|KW3015:SupportReply|};")]
    [InlineData("public class {|KW3015:SupportReply|} { [Step] public void Save() { } } public sealed class Other : SupportReply;")]
    public async Task What_a_workflow_alone_may_have(string source) => Assert.Contains("[Workflow(\"support-reply\")]", Assert.Single(await Build.ExpectAsync(source)), StringComparison.Ordinal);

    [Theory]
    [InlineData("public abstract class Shared : IWorkflow<Ticket, Reply>;")]
    [InlineData("[Workflow(\"flow\")] public partial class Flow : IWorkflow<Ticket, Reply> { [Step] public Reply Write(Ticket ticket) => new(\"\"); } public sealed class Fake : Flow;")]
    [InlineData("public interface IFlow : IWorkflow<Ticket, Reply>;")]
    public Task What_others_may_have_too(string source) => Build.ExpectAsync(source);

    [Fact]
    public Task A_misspelt_attribute() => Build.ExpectAsync("""
        [{|CS0246:Workflo|}("flow")]
        [CredentialProfile]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}")] public partial Task<Reply> Write(Ticket ticket, IChatClient chat);
        }
        """ + Caller);

    [Theory]
    [InlineData("[Workflow(\"child\")] public sealed class {|KW3009:Child|} : IWorkflow<Ticket, Topic>")]
    [InlineData("[Workflow(\"child\")] public sealed partial class {|KW3009:Child|}")]
    [InlineData("public sealed partial class {|KW3015:Child|} : IWorkflow<Ticket, Topic>")]
    public Task A_child_that_is_no_workflow_yet(string child) => Build.ExpectAsync(child + """
        {
            [Step] public Topic Write(Ticket ticket) => new("");
        }

        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [SubWorkflow(typeof(Child))] public partial Task<Topic> Ask(Ticket ticket);
            [Step] public Reply Write(Topic topic, IChatClient chat) => new("");
        }
        """ + Caller);

    // The compiler has its own word for its members, and a build ends there: this is what an editor shows.
    [Theory]
    [InlineData("")]
    [InlineData(": IWorkflow<string, string>")]
    public async Task A_static_class(string bases)
    {
        var reported = await Analysis.RunAsync(Compilations.TestCompilation.Of($"[Workflow(\"flow\")] public static partial class Flow{bases} {{ [Step] public static string Write(string text) => text; }}"));

        Assert.Contains("`Flow` is static", Assert.Single(reported).GetMessage(null), StringComparison.Ordinal);
    }

    [Fact]
    public Task A_slot_s_name_that_is_none() => Build.ExpectAsync("""
        [Workflow("flow")]
        [CredentialProfile({|KW3008:"Main Slot"|}, Provider = "openai")]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}")] public partial Task<Reply> Write(Ticket ticket, [Slot("main")] IChatClient chat);
            [ChooseProfile] public Credential Choose(Ticket ticket) => "acme";
        }
        """ + Caller);

    [Fact]
    public Task One_of_several_slots_names_that_is_none() => Build.ExpectAsync("""
        [Workflow("child")] [CredentialProfile("main slot")] [CredentialProfile("check")]
        public sealed partial class Child : IWorkflow<Topic, Reply> { [Prompt("{{topic.Name}}")] public partial Task<Reply> Write(Topic topic, [Slot("check")] IChatClient chat); }
        """.Replace("[CredentialProfile(\"main slot\")] ", "", StringComparison.Ordinal) + """
        [Workflow("flow")]
        [CredentialProfile({|KW3008:"main slot"|}), CredentialProfile("other")]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}")] public partial Task<Topic> Write(Ticket ticket, [Slot("main slot")] IChatClient chat);
            [SubWorkflow(typeof(Child), Slots = ["check=main slot"])] public partial Task<Reply> Ask(Topic topic);
        }
        """ + Caller);

    [Fact]
    public async Task A_condition_that_answers_with_a_record()
    {
        var message = Assert.Single(await Build.ExpectAsync("""
            [Workflow("flow")]
            public sealed partial class Flow : IWorkflow<Ticket, Reply>
            {
                [Step(When = {|KW3013:nameof(TopicOf)|}, Is = "billing")] public Reply Bill(Ticket ticket) => new("");
                [Step(When = nameof(TopicOf), Otherwise = true)] public Reply Help(Ticket ticket) => new("");
                private static Topic TopicOf(Ticket ticket) => new("");
            }
            """ + Caller));

        Assert.Contains("answers with bool, an enum, a string or a number", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KW3010", "Attempts = {|0|}")]
    [InlineData("KW3010", "Attempts = {|-1|}")]
    [InlineData("KW3010", "MaxCalls = {|0|}")]
    [InlineData("KW3010", "MaxCalls = {|-3|}")]
    [InlineData("KW3010", "TimeoutSeconds = {|-1|}")]
    [InlineData("KW3010", "TimeoutSeconds = {|int.MaxValue|}")]
    [InlineData("KW3010", "Temperature = {|55|}")]
    [InlineData("KW3010", "Temperature = {|-0.1|}")]
    [InlineData("KW3010", "Temperature = {|double.NaN|}")]
    [InlineData("KW3010", "TopP = {|3|}")]
    [InlineData("KW3010", "MaxOutputTokens = {|0|}")]
    [InlineData("KW3010", "MaxToolRounds = {|0|}")]
    [InlineData("KW3010", "ReasoningEffort = {|(ReasoningEffort)99|}")]
    public Task A_setting_out_of_range(string rule, string setting) => Build.ExpectAsync($$$"""
        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}", {{{setting.Replace("{|", "{|" + rule + ":", StringComparison.Ordinal)}}})] public partial Task<Reply> Write(Ticket ticket, IChatClient chat);
        }
        """ + Caller);

    [Fact]
    public Task Settings_at_the_ends_of_their_ranges() => Build.ExpectAsync("""
        [Workflow("flow", TimeoutSeconds = 0, MaxCalls = 0, MaxTokens = 0)]
        [CredentialProfile]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}", Attempts = 1, MaxCalls = 1, TimeoutSeconds = 0, Temperature = 2, TopP = 1, MaxOutputTokens = 1, MaxToolRounds = 1, ReasoningEffort = ReasoningEffort.None)]
            public partial Task<string> Draft(Ticket ticket, IChatClient chat);
            [Prompt("{{text}}", Temperature = 0, TopP = 0)] public partial Task<Reply> Write(string text, IChatClient chat);
        }
        """ + Caller);

    [Theory]
    [InlineData("{|KW3010:0|}")]
    [InlineData("{|KW3010:-1|}")]
    public Task A_concurrency_out_of_range(string concurrency) => Build.ExpectAsync($$"""
        [Workflow("flow")]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Step] public Topic[] Split(Ticket ticket) => [];
            [Step] public string Rate([ForEach(Concurrency = {{concurrency}})] Topic topic) => "";
            [Step] public Reply Write(string[] rates) => new("");
        }
        """ + Caller);

    [Theory]
    [InlineData("TimeoutSeconds", "{|KW3009:-1|}")]
    [InlineData("TimeoutSeconds", "{|KW3009:int.MaxValue|}")]
    [InlineData("MaxCalls", "{|KW3009:-1|}")]
    [InlineData("MaxTokens", "{|KW3009:-1|}")]
    public Task A_ceiling_out_of_range(string name, string value) => Build.ExpectAsync($$"""
        [Workflow("flow", {{name}} = {{value}})]
        public sealed partial class Flow : IWorkflow<Ticket, Reply> { [Step] public Reply Write(Ticket ticket) => new(""); }
        """ + Caller);
}
