using System.Text;
using KeyedWorkflows;
using Microsoft.Extensions.AI;

namespace TriggerApi.Desk;

/// <summary>Answers one ticket. Written once; each run is paid for by the key of the client whose token asked for it.</summary>
[Workflow("support-reply", Description = "Answers a support ticket")]
[CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
public sealed partial class SupportReply(IOrderBook orders) : IWorkflow<Ticket, Reply>
{
    [Prompt("Which topic is this ticket about, and is it urgent?\n{{ticket.Question}}")]
    public partial Task<Topic> Classify(Ticket ticket, IChatClient chat, CancellationToken ct);

    // The tenant comes from the run, never from the ticket.
    [Step]
    public Task<IReadOnlyList<Order>> FindOrders(RunContext run, CancellationToken ct) => orders.RecentAsync(run.Tenant, ct);

    public bool HasAttachment(Ticket ticket) => ticket.Attachment is not null;

    [Step(When = nameof(HasAttachment))]
    public Enclosure ReadAttachment(Ticket ticket) =>
        new(ticket.Attachment!.Name, ticket.Attachment.MediaType.StartsWith("text/", StringComparison.Ordinal) ? Encoding.UTF8.GetString(ticket.Attachment.Content.Span) : "(no text)");

    // Enclosure is nullable: this step runs also where there was no attachment.
    [Prompt(
        System = "You are a support agent. Be brief and kind.",
        User = "Orders: {{orders}}\nTopic: {{topic.Name}}\nAttachment {{enclosure.Name?}}: {{enclosure.Text?}}\nTicket: {{ticket.Question}}")]
    public partial IAsyncEnumerable<string> Draft(Ticket ticket, Topic topic, IReadOnlyList<Order> orders, Enclosure? enclosure, IChatClient chat, CancellationToken ct);

    [Step]
    public Reply Finish([From(nameof(Draft))] string text, Topic topic) => new(text, topic.Name, topic.Urgent);
}
