using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Server.Tests.Workflows;

internal enum Mood
{
    Calm,
    Angry,
}

internal sealed record Ticket(string Question, string? OrderNumber = null);

internal sealed record Topic(string Name, Mood Mood);

internal sealed record Reply(string Text, string TopicName);

/// <summary>Two model calls, one of them streamed, and a step of the author's own.</summary>
[Workflow("desk", Description = "Answers a ticket", Version = "2")]
[CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
internal sealed partial class Desk : IWorkflow<Ticket, Reply>
{
    [Prompt("Which topic is this?\n{{ticket.Question}}")]
    public partial Task<Topic> Classify(Ticket ticket, IChatClient chat, CancellationToken ct);

    [Prompt(System = "You are a support agent.", User = "Ticket ({{topic.Name}}): {{ticket.Question}}")]
    public partial IAsyncEnumerable<string> Draft(Ticket ticket, Topic topic, IChatClient chat, CancellationToken ct);

    [Step]
    public Reply Finish([From(nameof(Draft))] string text, Topic topic) => new(text, topic.Name);
}
