namespace KeyedWorkflows.Generators.Tests.Emitting;

/// <summary>Authors call their steps, parameters and members what they like.</summary>
public sealed class NameTests
{
    [Fact]
    public async Task Steps_may_have_the_names_that_emitted_code_uses_itself()
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            "public record In(string T); public record A(string T); public record B(string T); public record C(string T); public record D(string T); public record E(string T); public record F(string T); public record G(string T); public record H(string T); public record Task(string T); public record String(string T);",
            "In", "string",
            """
            [Step] public A Run(In input) => new("1");
            [Step] public B run(In workflow) => new("2");
            [Step] public C fork(In fork) => new("3");
            [Step] public D Fork(A step, B error) => new("4");
            [Step] public Task Task(In scope) => new("5");
            [Step] public E @event(D @class) => new("6");
            [Step] public F await(In @await) => new("7");
            [Step] public G Input(In cancellationToken) => new("8");
            [Step] public H CancellationToken(H2 item) => new("9");
            [Step] public H2 Executor(In run) => new("0");
            [Step] public String Step(In _) => new("x");
            [Step] public async global::System.Threading.Tasks.Task<X> var(In var) { await global::System.Threading.Tasks.Task.Yield(); return new("y"); }
            [Step] public X2 runTask(X x) => new("z");
            [Step] public string Finish(A a, B b, C c, D d, Task task, E e, F f, G g, H h, String s, X2 x) => a.T + b.T + c.T + d.T + task.T + e.T + f.T + g.T + h.T + s.T + x.T;
            public record H2(string T); public record X(string T); public record X2(string T);
            public int ToolValues => Definition; private const int Definition = 1; private int System, global, KeyedWorkflows;
            private int Use() => System + global + KeyedWorkflows;
            """,
            """return await client.RunAsync(new("in"));"""));

        Assert.Equal("1234567890xz".Replace("0", "", StringComparison.Ordinal), await loaded.Play<string>());
    }

    [Fact]
    public async Task Parameters_of_prompts_may_have_the_names_that_their_bodies_use()
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            "public record In(string T); public record A(string T); public record B(int N);",
            "In", "string",
            """
            [Step] public A Make(In input) => new(input.T);
            [Step] public B Executor(A a) => new(7);
            [Prompt("{{messages.T}} {{options.T}} {{class.N}} {{values.T}}", ConfigureOptions = nameof(run))]
            public partial IAsyncEnumerable<string> Ask(In messages, A options, B @class, In values, IChatClient piece, CancellationToken Executor2);
            private void run(ChatOptions Task, A options, B @class) => Task.ModelId = options.T + @class.N;
            [Step] public string Finish([From(nameof(Ask))] string text) => text;
            """,
            """return await client.RunAsync(new("in"), "acme");""",
            """[CredentialProfile]"""));

        Assert.Equal("echo of in in 7 in", await loaded.Play<string>());
        Assert.Equal("in7", loaded.Provider.Requests.Single().Model);
    }

    [Fact]
    public void A_class_may_have_the_name_of_a_keyword_or_of_what_is_emitted()
    {
        Emission.Sound("""
            namespace @event.@class
            {
                public record @int(string @string);
                [Workflow("a")] public sealed partial class @if : IWorkflow<@int, string> { [Step] public string @else(@int @for) => ""; }
                [Workflow("b")] public sealed partial class Executor : IWorkflow<@int, string> { [Step] public string Run(@int x) => ""; }
                public partial struct Outer { [Workflow("c")] internal sealed partial class @new : IWorkflow<@int, string> { [Step] private string Run(@int x) => ""; } }
            }
            """);
    }

    [Fact]
    public void Types_that_the_author_names_are_not_hidden_by_what_is_emitted()
    {
        Emission.Sound("""
            namespace Acme.Parts { public record ToolValues(int N); public record LookTool(int N); }
            namespace Acme
            {
                using Acme.Parts;
                public record Executor(int N);
                [Workflow("a")]
                [CredentialProfile]
                public sealed partial class Flow : IWorkflow<int, string>
                {
                    [Step] public Executor One(int n) => new(n);
                    [Step] public ToolValues Two(Executor one) => new(one.N);
                    [Step] public LookTool Three(ToolValues two) => new(two.N);
                    [Prompt("{{three}}", Tools = [nameof(Look)])] public partial Task<string> Ask(LookTool three, IChatClient chat);
                    [Tool] private string Look(int n) => new LookTool(n).ToString();
                }
            }
            """);
    }

    [Fact]
    public void Parameters_of_the_constructor_are_not_hidden_by_what_is_emitted()
    {
        Emission.Sound("""
            namespace Acme;
            public interface IBook { string Read(); }
            [Workflow("a")] public sealed partial class Flow(IBook Executor) : IWorkflow<int, string> { [Step] public string One(int n) => Executor.Read(); }
            """);
    }

    [Fact]
    public void A_client_whose_name_is_taken_is_one_error_of_the_analyzers_and_none_of_the_compiler()
    {
        var emission = Emission.Sound("""
            namespace Acme;
            [Workflow("a")] public sealed partial class Flow : IWorkflow<int, string> { [Step] public string Run(int x) => ""; }
            public sealed class FlowClient;
            """);

        Assert.DoesNotContain("interface IFlowClient", emission.Files["Acme.Flow.g.cs"], StringComparison.Ordinal);
    }
}
