namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>KW3009's fix.</summary>
public sealed class MakePartialFixTests
{
    [Fact]
    public async Task A_class_becomes_partial() => await Fixing.ExpectAsync("KW3009", Flow("public sealed class Flow", "flow"), Flow("public sealed partial class Flow", "flow"));

    [Fact]
    public async Task Each_class_around_it_too() => await Fixing.ExpectAsync(
        "KW3009",
        "public static class Outer {\n" + Flow("public sealed class Flow", "flow") + "\n}\n",
        "public static partial class Outer {\n" + Flow("public sealed partial class Flow", "flow") + "\n}\n");

    [Fact]
    public async Task All_at_once() => await Fixing.ExpectAllAsync(
        "KW3009",
        Flow("public sealed class One", "one") + Flow("class Two", "two"),
        Flow("public sealed partial class One", "one") + Flow("partial class Two", "two"));

    private static string Flow(string declaration, string name) => $$"""
        [Workflow("{{name}}")]
        {{declaration}} : IWorkflow<Ticket, Reply>
        {
            [Step]
            public Reply Answer(Ticket ticket) => new(ticket.Question);
        }

        """;
}
