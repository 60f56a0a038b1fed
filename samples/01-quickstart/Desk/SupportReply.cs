using System.ComponentModel;
using KeyedWorkflows;
using Microsoft.Extensions.AI;
using Quickstart.Orders;

namespace Quickstart.Desk;

/// <summary>Answers one ticket. Written once; each run is paid for by the key of the ticket's client.</summary>
[Workflow("support-reply", Description = "Answers a support ticket")]
[CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
public sealed partial class SupportReply(IOrderBook orders) : IWorkflow<Ticket, Reply>
{
    [Prompt("Which topic is this ticket about, and is it urgent?\n{{ticket.Question}}")]
    public partial Task<Topic> Classify(Ticket ticket, IChatClient chat, CancellationToken ct);

    // Needs no Topic, so it runs beside Classify. The tenant comes from the run, never from the ticket.
    [Step]
    public Task<IReadOnlyList<Order>> FindOrders(RunContext run, CancellationToken ct) => orders.RecentAsync(run.Tenant, ct);

    [Prompt(
        System = "You are a support agent. Be brief and kind.",
        User = "Orders: {{orders}}\nTopic: {{topic.Name}}\nTicket {{ticket.Number}}: {{ticket.Question}}",
        Tools = [nameof(TrackParcel)])]
    public partial IAsyncEnumerable<string> Draft(Ticket ticket, Topic topic, IReadOnlyList<Order> orders, IChatClient chat, CancellationToken ct);

    public bool IsUrgent(Topic topic) => topic.Urgent;

    // Runs for urgent tickets only, beside Draft.
    [Step(When = nameof(IsUrgent))]
    public Escalation Escalate(Topic topic) => new(topic.Name == "payment" ? "billing on call" : "support on call");

    // Escalation is nullable: this step runs also where Escalate was skipped.
    [Step]
    public Reply Finish([From(nameof(Draft))] string text, Topic topic, Escalation? escalation) => new(text, topic.Name, escalation?.Queue);

    [Tool(Description = "Says where the parcel of an order is.")]
    public async Task<string> TrackParcel([Description("The order's number, such as 1042.")] string orderNumber, RunContext run, CancellationToken ct) =>
        await orders.TrackAsync(run.Tenant, orderNumber, ct) ?? throw new ToolException("This client has no such order.");
}
