namespace KeyedWorkflows.Generators.Tests.Emitting;

/// <summary>The data of tools is the data of the prompts that offer them.</summary>
public sealed class ToolDataTests
{
    [Theory]
    [InlineData("Account", true)]
    [InlineData("Account?", false)]
    public void A_prompt_is_skipped_where_its_tool_cannot_do_without_data_that_is_absent(string type, bool isSkipped)
    {
        var emission = Emission.Sound($$$"""
            namespace Acme;

            public sealed record Ticket(string Question);
            public sealed record Account(string Name);
            public sealed record Reply(string Text);

            [Workflow("flow")]
            [CredentialProfile]
            public sealed partial class Flow : IWorkflow<Ticket, Reply>
            {
                [Step(Optional = true)]
                public Account Load(Ticket ticket) => new(ticket.Question);

                [Prompt("{{ticket.Question}}", Tools = [nameof(LookUp)])]
                public partial Task<string> Write(Ticket ticket, IChatClient chat);

                [Step]
                public Reply Finish(string? text) => new(text ?? "");

                [Tool]
                public string LookUp(string query, [From(nameof(Load))] {{{type}}} account) => query;
            }
            """);

        Assert.Equal(isSkipped, emission.Files["Acme.Flow.g.cs"].Contains("if (load is not null)", StringComparison.Ordinal));
    }
}
