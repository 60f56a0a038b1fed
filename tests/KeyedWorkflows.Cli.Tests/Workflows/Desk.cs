using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Cli.Tests.Workflows;

internal sealed record Ticket(string Question);

internal sealed record Reply(string Text, string Topic);

/// <summary>Two model calls, one of them streamed, and a step of the author's own.</summary>
[Workflow("desk", Description = "Answers a ticket", Version = "2")]
[CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
internal sealed partial class Desk : IWorkflow<Ticket, Reply>
{
    [Prompt("Which topic is this?\n{{ticket.Question}}")]
    public partial Task<string> Classify(Ticket ticket, IChatClient chat, CancellationToken ct);

    [Prompt(System = "You are a support agent.", User = "Ticket ({{topic}}): {{ticket.Question}}")]
    public partial IAsyncEnumerable<string> Draft(Ticket ticket, [From(nameof(Classify))] string topic, IChatClient chat, CancellationToken ct);

    [Step]
    public Reply Finish([From(nameof(Draft))] string text, [From(nameof(Classify))] string topic) => new(text, topic);
}
