namespace KeyedWorkflows.Generators.Tests.Emitting;

/// <summary>Workflows that several tests emit.</summary>
internal static class Sources
{
    /// <summary>The workflow of the design: two steps side by side, a prompt that streams, and an end.</summary>
    public const string SupportReply = """
        namespace Acme
        {
            public sealed record Ticket(string Question);
            public sealed record Topic(string Name);
            public sealed record Order(string Number);
            public sealed record Reply(string Text, string Topic);
            public interface IOrderBook { Task<IReadOnlyList<Order>> RecentAsync(string? tenant, CancellationToken ct); }
            public sealed class OrderBook : IOrderBook
            {
                public Task<IReadOnlyList<Order>> RecentAsync(string? tenant, CancellationToken ct) => Task.FromResult<IReadOnlyList<Order>>([new("17")]);
            }

            [Workflow("support-reply", Description = "Answers a support ticket")]
            [CredentialProfile(Provider = "scripted", Model = "small")]
            public sealed partial class SupportReply(IOrderBook orders) : IWorkflow<Ticket, Reply>
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
        }

        public static class Scene
        {
            public static void Configure(Microsoft.Extensions.DependencyInjection.IServiceCollection services) =>
                Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<Acme.IOrderBook, Acme.OrderBook>(services);

            public static async Task<string> Play(IServiceProvider services)
            {
                var client = (Acme.ISupportReplyClient)services.GetService(typeof(Acme.ISupportReplyClient))!;
                return (await client.RunAsync(new("Where is it?"), "acme")).ToString();
            }

            public static async Task<string[]> Watch(IServiceProvider services)
            {
                var client = (Acme.ISupportReplyClient)services.GetService(typeof(Acme.ISupportReplyClient))!;
                var seen = new List<string>();
                await foreach (var happened in client.StreamAsync(new("Where is it?"), "acme"))
                    seen.Add(happened is TextDeltaEvent text ? "text " + text.Text : happened.GetType().Name.Split('`')[0] + (happened is StepEvent step ? " " + step.Step : ""));
                return seen.ToArray();
            }
        }
        """;

    /// <summary>A workflow with the steps of a test: input and output of its choice, without slots, and a scene that runs it.</summary>
    public static string Workflow(string types, string input, string output, string steps, string play, string attributes = "", string parameters = "") => $$"""
        namespace Acme
        {
            {{types}}

            [Workflow("test")]
            {{attributes}}
            public sealed partial class Test{{parameters}} : IWorkflow<{{input}}, {{output}}>
            {
                {{steps}}
            }
        }

        public static class Scene
        {
            public static async Task<string> Play(IServiceProvider services)
            {
                var client = (Acme.ITestClient)services.GetService(typeof(Acme.ITestClient))!;
                {{play}}
            }
        }
        """;
}
