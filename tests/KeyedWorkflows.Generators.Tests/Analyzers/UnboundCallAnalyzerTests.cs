using KeyedWorkflows.Generators.Tests.Compilations;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>KW1004: calls that leave a slot without a credential.</summary>
public sealed class UnboundCallAnalyzerTests
{
    [Fact]
    public async Task A_call_without_credential_is_reported_with_the_slot_and_what_to_do()
    {
        var messages = await Analysis.ExpectAsync(Calls("""
            _ = {|KW1004:client.RunAsync(ticket)|};
            _ = {|KW1004:client.RunAsync(ticket, new RunOptions())|};
            _ = {|KW1004:client.StartAsync(ticket)|};
            _ = {|KW1004:client.StreamAsync(ticket)|};
            _ = {|KW1004:new FlowClient().RunAsync(ticket)|};
            """));

        Assert.All(messages, static message => Assert.Contains("slot `main`", message, StringComparison.Ordinal));
        Assert.Contains("`StartAsync(input, \"profile\")`", messages[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("_ = client.RunAsync(ticket, \"acme\");")]
    [InlineData("_ = client.RunAsync(ticket, given);")]
    [InlineData("_ = client.RunAsync(ticket, default(Credential));")]
    [InlineData("_ = client.RunAsync(ticket, new FlowCredentials());")]
    [InlineData("_ = client.ExplainAsync(ticket);")]
    [InlineData("_ = bound.RunAsync(ticket);")]
    public async Task What_gives_one_or_needs_none_is_not(string call) => await Analysis.ExpectAsync(Calls(call));

    [Theory]
    [InlineData("_ = Parallel.ForEachAsync(tickets, async (ticket, stop) => await {|KW1004:client.RunAsync(ticket, stop)|});")]
    [InlineData("Func<Ticket, CancellationToken, Task<Reply>> run = {|KW1004:client.RunAsync|};")]
    [InlineData("void Local() => _ = {|KW1004:client.RunAsync(ticket)|};")]
    public async Task Handed_on_it_is_called_all_the_same(string call) => await Analysis.ExpectAsync(Calls(call));

    [Theory]
    [InlineData("Func<Ticket, Credential, CancellationToken, Task<Reply>> run = client.RunAsync;")]
    [InlineData("_ = nameof(client.RunAsync);")]
    public async Task What_is_handed_on_with_a_credential_or_as_a_name_is_not(string call) => await Analysis.ExpectAsync(Calls(call));

    [Fact]
    public async Task In_a_workflow_it_is_another_rule_s_to_say()
    {
        const string Workflow = """

            [Workflow("other")]
            public sealed partial class Other(IFlowClient other) : IWorkflow<Ticket, Reply>
            {
                [Step] public async Task<Reply> Write(Ticket ticket, CancellationToken ct)
                {
                    Func<Task<Reply>> later = () => other.RunAsync(ticket, ct);
                    return await other.RunAsync(ticket, ct) ?? await later() ?? await Again(ticket);
                }

                private Task<Reply> Again(Ticket ticket) => other.RunAsync(ticket);

                public static Task<Reply> OfHost(IFlowClient client, Ticket ticket) => {|KW1004:client.RunAsync(ticket)|};
            }

            """;
        await Analysis.ExpectAsync(Workflow + Calls(""));
    }

    [Theory]
    [InlineData("appsettings.json", """{ "KeyedWorkflows": { "DefaultProfile": "house" } }""")]
    [InlineData("appsettings.Production.json", """{ "KeyedWorkflows": { "defaultProfile" : "house" } }""")]
    [InlineData("appsettings.json", """{ "KeyedWorkflows:DefaultProfile": "house" }""")]
    [InlineData("profiles.json", """{ "DefaultProfile": "house" }""")]
    [InlineData("profiles.Development.json", """{ "DefaultProfile": "house" }""")]
    public async Task Where_the_projects_configuration_has_a_default_nothing_is(string file, string text) => await Analysis.ExpectAsync(Calls("_ = client.RunAsync(ticket);"), (file, text));

    [Theory]
    [InlineData("appsettings.json", """{ "KeyedWorkflows": { "DefaultProfile": "" } }""")]
    [InlineData("appsettings.json", """{ "KeyedWorkflows": { "DefaultProfile": null } }""")]
    [InlineData("appsettings.json", """{ "KeyedWorkflows": { /* "DefaultProfile": "house" */ } }""")]
    [InlineData("appsettings.json", """{ "Other": { "DefaultProfile": "house" } }""")]
    [InlineData("appsettings.json", """{ "Note": "\"DefaultProfile\": \"house\"" }""")]
    [InlineData("other.json", """{ "DefaultProfile": "house" }""")]
    public async Task A_default_that_is_none_does_not_count(string file, string text) => await Analysis.ExpectAsync(Calls("_ = {|KW1004:client.RunAsync(ticket)|};"), (file, text));

    [Fact]
    public async Task A_caller_over_HTTP_may_have_a_token_that_says_who_pays()
    {
        var calls = TestCompilation.Of("using KeyedWorkflows;\n" + Calls("_ = client.RunAsync(ticket);") + Analysis.Types);
        var client = CSharpCompilation.Create("KeyedWorkflows.Client", references: calls.References, options: new(OutputKind.DynamicallyLinkedLibrary));

        Assert.NotEmpty(await Analysis.RunAsync(calls));
        Assert.Empty(await Analysis.RunAsync(calls.AddReferences(client.ToMetadataReference())));
    }

    private static string Calls(string calls) => $$"""
        public sealed class Desk(IFlowClient client, IBoundClient bound)
        {
            public void Call(Ticket ticket, Ticket[] tickets, Credential given)
            {
                {{calls}}
                _ = (client, bound);
            }
        }

        [KeyedWorkflows.Runtime.UnboundSlots("main")]
        public interface IFlowClient
        {
            Task<Reply> RunAsync(Ticket input, CancellationToken cancellationToken = default);
            Task<Reply> RunAsync(Ticket input, RunOptions options, CancellationToken cancellationToken = default);
            Task<Reply> RunAsync(Ticket input, Credential credential, CancellationToken cancellationToken = default);
            Task<Reply> RunAsync(Ticket input, FlowCredentials credentials, CancellationToken cancellationToken = default);
            Task<Reply> StartAsync(Ticket input, CancellationToken cancellationToken = default);
            IAsyncEnumerable<WorkflowEvent> StreamAsync(Ticket input, CancellationToken cancellationToken = default);
            Task<CredentialExplanation> ExplainAsync(Ticket input, CancellationToken cancellationToken = default);
        }

        [KeyedWorkflows.Runtime.UnboundSlots("main")]
        public sealed class FlowClient
        {
            public Task<Reply> RunAsync(Ticket input, CancellationToken cancellationToken = default) => null!;
        }

        public interface IBoundClient
        {
            Task<Reply> RunAsync(Ticket input, CancellationToken cancellationToken = default);
        }

        public sealed record FlowCredentials;

        """;
}
