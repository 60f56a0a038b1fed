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

    [Fact]
    public async Task A_static_class()
    {
        var reported = await Analysis.RunAsync(Compilations.TestCompilation.Of("[Workflow(\"flow\")] public static partial class Flow : IWorkflow<string, string> { [Step] public static string Write(string text) => text; }"));

        Assert.Contains("`Flow` is static", Assert.Single(reported).GetMessage(null), StringComparison.Ordinal);
    }
}
