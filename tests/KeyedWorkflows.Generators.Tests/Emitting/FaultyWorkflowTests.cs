namespace KeyedWorkflows.Generators.Tests.Emitting;

/// <summary>One fault is one error, of the analyzers: what is emitted for a faulty workflow compiles, and says so when it is called.</summary>
public sealed class FaultyWorkflowTests
{
    [Theory]
    [InlineData("[Step] public int Run(int n, DateTime never) => n;")]
    [InlineData("[Prompt(\"{{nobody}}\")] public partial Task<int> Ask(int n, IChatClient chat);")]
    [InlineData("[Prompt(\"x\")] public static partial Task<int> Ask(int n, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct);")]
    [InlineData("[Prompt(\"x\")] internal partial IAsyncEnumerable<string> Ask(ref int n, IChatClient chat, CancellationToken ct = default);")]
    [InlineData("[Prompt(\"x\")] private partial T Ask<T>(out T n, IChatClient chat, params string[] rest) where T : class, new();")]
    [InlineData("[SubWorkflow(typeof(string))] protected internal partial Task<int> Child(int n);")]
    [InlineData("[Step] public int A(long b) => 1; [Step] public long B(int a) => 1;")]
    public void It_compiles(string steps)
    {
        var emission = Emission.Sound(Source(steps));

        Assert.NotEmpty(emission.Faults);
        Assert.Contains("The workflow cannot run", emission.Files["Acme.Flow.g.cs"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public partial class Flow", "")]
    [InlineData("public partial class Flow<T>", " : IWorkflow<T, T[]> where T : notnull")]
    [InlineData("public partial class Flow", " : IWorkflow<int, int>, IWorkflow<int, string>")]
    public void A_client_of_what_is_not_known_compiles(string declaration, string bases)
    {
        var emission = Emission.Sound($$"""
            namespace Acme;
            [Workflow("flow"), CredentialProfile("one"), CredentialProfile("two")]
            {{declaration}}{{bases}} { [Prompt("x", Inline = true)] public partial Task<string> Ask([Slot("one")] IChatClient chat); }
            """);

        Assert.NotEmpty(emission.Faults);
        Assert.Contains("Task<dynamic> RunAsync(object input", emission.Files.Values.Single(static file => file.Contains("IFlowClient", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_parent_of_a_faulty_child_compiles()
    {
        Emission.Sound(Source("[Step] public int Run(int n, DateTime never) => n;"), """
            namespace Acme;
            [Workflow("parent")] public sealed partial class Parent : IWorkflow<int, string>
            {
                [SubWorkflow(typeof(Flow))] public partial Task<int> Child([FromInput] int n);
                [Step] public string Finish([From(nameof(Child))] int n) => "";
            }
            """);
    }

    [Fact]
    public void A_class_whose_two_parts_are_both_marked_is_emitted_once()
    {
        var emission = Emission.Of(Source("[Step] public int Run(int n) => n;"), Source(""));

        Assert.All(emission.Complaints, static complaint => Assert.Contains("CS0579", complaint, StringComparison.Ordinal));
        Assert.Contains("Acme.Flow.g.cs", emission.Files.Keys);
    }

    [Fact]
    public void A_class_that_is_not_partial_still_has_its_client()
    {
        var emission = Emission.Sound("namespace Acme; [Workflow(\"flow\")] public sealed class Flow : IWorkflow<int, string> { [Step] public string Run(int n) => \"\"; }");

        Assert.Contains("class FlowClient", emission.Files["Acme.Flow.g.cs"], StringComparison.Ordinal);
        Assert.DoesNotContain("partial class Flow", emission.Files["Acme.Flow.g.cs"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_client_says_what_is_wrong()
    {
        await using var loaded = LoadedWorkflows.Of(Emission.Sound(Source("[Step] public int Run(int n, DateTime never) => n;"), """
            public static class Scene
            {
                public static async Task<string> Play(IServiceProvider services)
                {
                    try { return (await new Acme.FlowClient(null!).RunAsync(1)).ToString(); }
                    catch (InvalidOperationException error) { return error.Message; }
                }
            }
            """).Output);

        Assert.Contains("KW3002", await loaded.Play<string>(), StringComparison.Ordinal);
    }

    private static string Source(string steps) => $$"""
        namespace Acme;
        [Workflow("flow")]
        [CredentialProfile]
        public partial class Flow : IWorkflow<int, int>
        {
            {{steps}}
        }
        """;
}
