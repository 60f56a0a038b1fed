using KeyedWorkflows.Generators.Tests.Compilations;
using KeyedWorkflows.Generators.Tests.Emitting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>Code in an editor is broken most of the time: generator and analyzers must not be.</summary>
public sealed class MutatedSourceTests
{
    private const int AnalyzedEach = 10;

    /// <summary>A list that the names of the source are held against.</summary>
    private static readonly (string Path, string Text) Profiles = ("appsettings.json", """{ "KeyedWorkflows": { "ProfilesAreComplete": true, "Profiles": { "acne": { "Provider": "openai" }, "child": { "Provider": "other" } } } }""");

    /// <summary>Most of the language in one class.</summary>
    private const string Source = """
        namespace Acme;

        public sealed record Ticket(string Question, string? Customer, Route Route);
        public sealed record Topic(string Name);
        public sealed record Order(string Number, decimal Total);
        public sealed record Reply(string Text);
        public enum Route { Billing, Technical }

        [Workflow("child")]
        [CredentialProfile("main", Provider = "openai")]
        public sealed partial class Child : IWorkflow<Topic, Order>
        {
            [Prompt("{{topic.Name}}")]
            public partial Task<Order> Find(Topic topic, IChatClient chat);
        }

        [Workflow("flow", Version = "2", MaxCalls = 9)]
        [CredentialProfile("fast", Provider = "openai", Model = "m"), CredentialProfile("careful")]
        public sealed partial class Flow(IServiceProvider services) : IWorkflow<Ticket, Reply>
        {
            [Prompt(System = "Be short.", User = "Topic of {{ticket.Question}} for {{ticket.Customer?}} in {{run.Tenant?}}", Attempts = 3, MaxOutputTokens = 90)]
            public partial Task<Topic> Classify(Ticket ticket, [Slot("fast")] IChatClient chat, CancellationToken ct);

            [Step]
            public Task<List<Order>> FindOrders(RunContext run, CancellationToken ct) => Task.FromResult(new List<Order>());

            [Step(Optional = true, TimeoutSeconds = 3)]
            public decimal Rate([ForEach(Concurrency = 4)] Order order) => order.Total;

            [SubWorkflow(typeof(Child), Slots = ["main=careful"])]
            public partial Task<Order> Ask(Topic topic);

            [Step(When = nameof(RouteOf), Is = Route.Billing)]
            public string Bill(Ticket ticket, decimal[]? rates) => ticket.Question;

            [Prompt("{{ticket.Question}}", Tools = [nameof(LookUp)], When = nameof(RouteOf), Otherwise = true)]
            public partial IAsyncEnumerable<string> Draft(Ticket ticket, [From(nameof(Ask))] Order order, [Slot("careful")] IChatClient chat);

            [Prompt("Better: {{text}}", Inline = true)]
            private partial Task<string> Improve(string text, [Slot("careful")] IChatClient chat);

            [Step(After = [nameof(FindOrders)])]
            [Output]
            public async Task<Reply> Finish([From(nameof(Bill), nameof(Draft))] string text, [FromInput] Ticket ticket, [Slot("careful")] IChatClient chat) => new(await Improve(text, chat));

            [Tool(Description = "Looks an order up.")]
            public string LookUp(string number, int times = 2, [From(nameof(Classify))] Topic? topic = null) => number;

            private static Route RouteOf(Ticket ticket) => ticket.Route;

            [ChooseProfile("fast")]
            private static Credential Choose(Ticket ticket) => "acme";
        }
        """;

    private static readonly SyntaxToken[] Tokens = [.. CSharpSyntaxTree.ParseText(Source, TestCompilation.ParseOptions).GetRoot().DescendantTokens()];

    [Fact]
    public async Task The_source_is_sound_before_it_is_mutated() => Assert.Empty(await Analysis.RunAsync(Emission.Sound(Source).Output));

    [Fact]
    public Task Three_hundred_mutated_sources_crash_nothing() => Crash_nothing(0, 300);

    [Fact]
    [Trait("Category", "Heavy")]
    public Task Ten_thousand_mutated_sources_crash_nothing()
    {
        Heavy.Only();
        return Crash_nothing(300, 10_000);
    }

    private static async Task Crash_nothing(int first, int count)
    {
        for (var seed = first; seed < first + count; seed++)
        {
            var source = Mutate(new Random(seed));
            var emission = Emission.Of(source);
            Assert.True(emission.Result.Results.Single().Exception is null, $"Seed {seed}: {emission.Result.Results.Single().Exception}\n{source}");

            // Analyzers read with the parser that the generator has just run, and analyzing takes ten times as long.
            if (seed % AnalyzedEach != 0)
                continue;
            try
            {
                await Analysis.RunAsync(emission.Output, new TextFile(Profiles.Path, Profiles.Text));
                await Fixing.ApplyAllAsync(source, Profiles);
            }
            catch (Exception thrown) when (thrown is not OperationCanceledException)
            {
                Assert.Fail($"Seed {seed}: {thrown}\n{source}");
            }
        }
    }

    /// <summary>Up to three times a token is left out, doubled, or replaced by another of the source.</summary>
    private static string Mutate(Random random)
    {
        var texts = Array.ConvertAll(Tokens, static token => token.ToFullString());
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var place = random.Next(texts.Length);
            texts[place] = random.Next(4) switch
            {
                0 => "",
                1 => texts[place] + texts[place],
                2 => texts[random.Next(texts.Length)],
                _ => texts[place][..random.Next(texts[place].Length + 1)],
            };
        }
        return string.Concat(texts);
    }
}
