namespace KeyedWorkflows.Benchmarks.Generators;

/// <summary>As many workflows as asked for: a support desk of four steps, each in a file and a namespace of its own.</summary>
internal static class WorkflowSources
{
    public static IEnumerable<string> Of(int count) => Enumerable.Range(0, count).Select(static i => $$$$"""
        using System;
        using System.Collections.Generic;
        using System.Threading;
        using System.Threading.Tasks;
        using KeyedWorkflows;
        using Microsoft.Extensions.AI;

        namespace Acme.Support{{{{i}}}};

        public sealed record Ticket(int Number, string Question);
        public sealed record Topic(string Name, bool Urgent);
        public sealed record Order(string Number, string Item, string State);
        public sealed record Reply(string Text, string Topic);

        public interface IOrderBook
        {
            Task<IReadOnlyList<Order>> RecentAsync(string? tenant, CancellationToken cancellationToken);
        }

        [Workflow("support-reply-{{{{i}}}}", Description = "Answers a support ticket")]
        [CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
        public sealed partial class SupportReply{{{{i}}}}(IOrderBook orders) : IWorkflow<Ticket, Reply>
        {
            [Prompt("Which topic is this ticket about?\n{{ticket.Question}}")]
            public partial Task<Topic> Classify(Ticket ticket, IChatClient chat, CancellationToken ct);

            [Step]
            public Task<IReadOnlyList<Order>> FindOrders(RunContext run, CancellationToken ct) => orders.RecentAsync(run.Tenant, ct);

            [Prompt(System = "You are a support agent.", User = "Orders: {{orders}}\nTicket ({{topic.Name}}): {{ticket.Question}}")]
            public partial IAsyncEnumerable<string> Draft(Ticket ticket, Topic topic, IReadOnlyList<Order> orders, IChatClient chat, CancellationToken ct);

            [Step]
            public Reply Finish([From(nameof(Draft))] string text, Topic topic) => new(text, topic.Name);
        }
        """);
}
