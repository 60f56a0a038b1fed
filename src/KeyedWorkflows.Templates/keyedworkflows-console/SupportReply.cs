using KeyedWorkflows;
using Microsoft.Extensions.AI;

namespace Company.ConsoleApplication1;

/// <summary>Answers a ticket. Steps are joined by the types of their parameters; the bodies of prompts, and the client, are generated.</summary>
[Workflow("support-reply")]
[CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
public sealed partial class SupportReply : IWorkflow<Ticket, Reply>
{
    [Prompt("Which topic is this ticket about?\n{{ticket.Question}}")]
    public partial Task<Topic> Classify(Ticket ticket, IChatClient chat, CancellationToken ct);

    [Prompt(System = "You are a support agent.", User = "Answer this ticket about {{topic.Name}}:\n{{ticket.Question}}")]
    public partial Task<string> Draft(Ticket ticket, Topic topic, IChatClient chat, CancellationToken ct);

    [Step]
    public Reply Finish(string text, Topic topic) => new(text, topic.Name);
}
