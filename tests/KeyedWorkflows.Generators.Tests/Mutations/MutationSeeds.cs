namespace KeyedWorkflows.Generators.Tests.Mutations;

/// <summary>Sound workflows of every shape, from which mutants are made.</summary>
internal static class MutationSeeds
{
    public static IReadOnlyList<string> All { get; } =
    [
        """
        namespace Acme;
        public sealed record Ticket(string Question);
        public sealed record Topic(string Name);
        public sealed record Order(string Number);
        public sealed record Reply(string Text, string Topic);
        public interface IOrderBook { Task<IReadOnlyList<Order>> RecentAsync(string? tenant, CancellationToken ct); }

        [Workflow("support-reply", Description = "Answers a support ticket")]
        [CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
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
        """,
        """
        namespace Acme;
        public enum Route { Billing, Technical, Other }
        public record Request(Route Route, int N);
        public record Answer(string Text);
        public record struct Amount(int N);

        [Workflow("conditions", TimeoutSeconds = 9, MaxTokens = 99, MaxCalls = 3, Version = "1")]
        internal sealed partial class Conditions : IWorkflow<Request, string>
        {
            [Step] private Route RouteOf(Request request) => request.Route;
            [Step(When = nameof(RouteOf), Is = Route.Billing)] private Answer Bill(Request request) => new("b");
            [Step(When = nameof(RouteOf), Is = Route.Technical)] private Task<Answer> Help(Request request) => Task.FromResult(new Answer("t"));
            [Step(When = nameof(RouteOf), Otherwise = true)] private Answer Shrug(Request request) => new("o");
            private static async ValueTask<bool> IsBig(Request request) { await Task.Yield(); return request.N > 5; }
            [Step(When = nameof(IsBig))] private Amount Rise(Request request) => new(1);
            [Step(Unless = nameof(IsBig))] private Amount Fall(Request request) => new(2);
            [Step(When = nameof(IsBig))] private int[] Numbers(Request request) => [1];
            [Step] private long Sum(List<int> numbers) => numbers.Count;
            [Step(After = [nameof(Sum)])] private void Note(Request request) { }
            [Step] private string Finish([From(nameof(Bill), nameof(Help), nameof(Shrug))] Answer answer, [From(nameof(Rise), nameof(Fall))] Amount amount, long? sum) => answer.Text + amount.N + sum;
        }
        """,
        """
        using System.Collections.Immutable;
        namespace Acme;
        public record Request(int N);
        public record A(int N);
        public record B(int N);
        public record struct C(int N);
        public record struct Sides(int Left, string? Right);
        public record Wish(string Text);
        public record Grant(string Text);

        public static partial class Outer
        {
            [Workflow("child")]
            [CredentialProfile]
            public sealed partial class Child : IWorkflow<Wish, Grant>
            {
                [Prompt("{{wish.Text}}")] private partial Task<Grant> Ask(Wish wish, IChatClient chat);
            }

            [Workflow("managed")]
            [CredentialProfile("main", Default = "d")]
            [CredentialProfile("other", Provider = "openai")]
            public sealed partial class Managed : IWorkflow<Request, string>, IDisposable
            {
                [Step] public int[] Numbers(Request request) => [request.N];
                [Step] public A Sync([ForEach(Concurrency = 4)] int n) => new(n);
                [Step(Attempts = 2, TimeoutSeconds = 5)] public async Task<B> Later([ForEach] A a) { await Task.Yield(); return new(a.N); }
                [Step] public ValueTask<C> Value([ForEach(Concurrency = 2)] B b) => new(new C(b.N));
                [Step(Optional = true)] public void Note([ForEach] C c) { }
                [Step] public async IAsyncEnumerable<string> Text([ForEach] C c) { await Task.Yield(); yield return ""; }
                [Step(Optional = true)] public ImmutableArray<long>? Longs(List<B> all) => null;
                [SubWorkflow(typeof(Child), Slots = ["main=other"], Optional = true)] public partial Task<Grant> Ask([FromInput(nameof(Request))] Wish wish);
                [Step] public Wish Make(Request request, [Slot("main", Model = "m")] IChatClient chat, [Slot("other")] IEmbeddingGenerator<string, Embedding<float>> generator) => new("");
                [Step(TimeoutSeconds = 3)] public Sides Pair(Request request) => new(1, null);
                [Step] public string Finish(IReadOnlyList<C> all, [From(nameof(Text))] string[] texts, IEnumerable<long>? longs, Grant? grant, Sides pair, CancellationToken ct) => "";
                public void Dispose() { }
            }
        }
        """.Replace("[FromInput(nameof(Request))] Wish wish", "Wish wish", StringComparison.Ordinal),
        """"
        using System.ComponentModel;
        using System.ComponentModel.DataAnnotations;
        namespace Acme;
        public sealed record Ticket(string Text, int? Number, DateOnly Day, List<ChatMessage> Before) { [Range(1, 5)] public int Count { get; init; } [ProfileName] public string? Profile { get; init; } [ApiKey] public Secret? Key { get; init; } }
        public sealed record Order(string Number);

        [Workflow("prompts")]
        [CredentialProfile]
        public sealed partial class Prompts(IServiceProvider services, int retries = 3) : IWorkflow<Ticket, string>
        {
            [ChooseProfile] private Credential Choose(Ticket ticket, RunContext run) => ticket.Text;
            [Step] private List<Order> FindOrders(Ticket ticket) => [new("17")];
            [Step] private IReadOnlyList<ChatMessage> Before(Ticket ticket) => ticket.Before;
            [Prompt(System = "\\{{literal}}", User = """
                {{ticket.Text}} is {{ticket.Number?}} of {{ticket.Day}}; {{run.Workflow}} for {{run.Labels.who?}}
                """, Model = "m", Temperature = 0.2, Seed = -4, ReasoningEffort = ReasoningEffort.Low, ConfigureOptions = nameof(Edit), Tools = [nameof(LookUp), nameof(Both), nameof(More)], MaxToolRounds = 3)]
            public partial ValueTask<string> Ask(Ticket ticket, IReadOnlyList<ChatMessage> before, IChatClient chat, CancellationToken ct);
            private static void Edit(ChatOptions options, Ticket ticket) => options.StopSequences = ["end"];
            [Tool(Description = "Looks up.")]
            private async Task<string> LookUp([Description("The word.")] string word, Ticket ticket, RunContext run, [From(nameof(FindOrders))] Order[] orders, CancellationToken ct, long? limit = 5, DayOfWeek day = DayOfWeek.Friday) { await Task.Yield(); return word; }
            [Tool] private static void Both(int[] values) { }
            private IEnumerable<AITool> More => [];
            [Prompt("better: {{text}}", Inline = true)] private partial Task<string?> Improve(string text, IChatClient chat);
            [Step] private async Task<string> Finish([From(nameof(Ask))] string text, IChatClient chat) => await Improve(text, chat) ?? "";
        }
        """",
    ];
}
