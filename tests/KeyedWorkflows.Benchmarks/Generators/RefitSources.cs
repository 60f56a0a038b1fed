namespace KeyedWorkflows.Benchmarks.Generators;

/// <summary>As many Refit interfaces as asked for: four methods, each interface in a file and a namespace of its own.</summary>
internal static class RefitSources
{
    public static IEnumerable<string> Of(int count) => Enumerable.Range(0, count).Select(static i => $$"""
        using System;
        using System.Collections.Generic;
        using System.Threading;
        using System.Threading.Tasks;
        using Refit;

        namespace Acme.Support{{i}};

        public sealed record Ticket(int Number, string Question);
        public sealed record Topic(string Name, bool Urgent);
        public sealed record Order(string Number, string Item, string State);
        public sealed record Reply(string Text, string Topic);

        public interface ISupportApi{{i}}
        {
            [Post("/tickets/classify")]
            Task<Topic> Classify([Body] Ticket ticket, CancellationToken ct);

            [Get("/tenants/{tenant}/orders")]
            Task<IReadOnlyList<Order>> FindOrders(string tenant, [Query] int take, CancellationToken ct);

            [Post("/tickets/{number}/draft")]
            Task<string> Draft(int number, [Body] Topic topic, [Header("X-Trace")] string trace, CancellationToken ct);

            [Put("/tickets/{number}/reply")]
            Task<Reply> Finish(int number, [Body] Reply reply, CancellationToken ct);
        }
        """);
}
