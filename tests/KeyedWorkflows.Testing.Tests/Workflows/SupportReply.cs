using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Testing.Tests;

public sealed record Ticket(string Question, bool Urgent = false);

public sealed record Topic(string Name, Mood Mood);

public enum Mood
{
    Calm,
    Angry,
}

public sealed record Order(string Id);

public sealed record Escalation(string To);

public sealed record Reply(string Text, string Topic, string? EscalatedTo);

public interface IOrderBook
{
    Task<IReadOnlyList<Order>> RecentAsync(string? tenant, CancellationToken cancellationToken);
}

internal sealed class OrderBook(params Order[] orders) : IOrderBook
{
    public Task<IReadOnlyList<Order>> RecentAsync(string? tenant, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Order>>(orders);
}

/// <summary>The workflow that most tests run: structured output beside plain code, a stream, and a step with a condition.</summary>
[Workflow("support-reply")]
[CredentialProfile(Provider = "openai", Model = "gpt-test")]
internal sealed partial class SupportReply(IOrderBook orders) : IWorkflow<Ticket, Reply>
{
    [Prompt("Which topic is this ticket about?\n{{ticket.Question}}")]
    public partial Task<Topic> Classify(Ticket ticket, IChatClient chat, CancellationToken ct);

    [Step]
    public Task<IReadOnlyList<Order>> FindOrders(RunContext run, CancellationToken ct) => orders.RecentAsync(run.Tenant, ct);

    [Prompt(System = "You are a support agent.", User = "Orders: {{orders}}\nTicket ({{topic.Name}}): {{ticket.Question}}")]
    public partial IAsyncEnumerable<string> Draft(Ticket ticket, Topic topic, IReadOnlyList<Order> orders, IChatClient chat, CancellationToken ct);

    [Step(When = nameof(IsUrgent))]
    public Escalation Escalate(Topic topic) => new($"{topic.Name}-desk");

    public bool IsUrgent(Ticket ticket) => ticket.Urgent;

    [Step]
    public Reply Finish([From(nameof(Draft))] string text, Topic topic, Escalation? escalation) => new(text, topic.Name, escalation?.To);
}
