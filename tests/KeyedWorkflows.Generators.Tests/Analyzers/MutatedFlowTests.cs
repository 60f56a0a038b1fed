using KeyedWorkflows.Generators.Tests.Compilations;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>The rules that follow values read code that is broken, too: whatever is left out, doubled or misplaced, none of them ends in an exception.</summary>
public sealed class MutatedFlowTests
{
    private const string Source = """
        using System.Linq;
        using Microsoft.Extensions.Caching.Distributed;

        public sealed record Order(string Number, string ApiKey, Secret? Key);
        public sealed record Holder(IChatClient? Client, string Text);

        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow(IDistributedCache cache, System.Data.Common.DbConnection connection) : IWorkflow<Order, string>
        {
            private static IChatClient? kept;
            private readonly List<string> seen = [];
            private string Held { get; set; } = "";

            [Step]
            public async Task<int> Answer(Order order, RunContext run, [Slot("main")] IChatClient chat, CancellationToken ct)
            {
                kept = chat;
                var key = order.Key?.Reveal() ?? order.ApiKey;
                var (a, b) = (1, key[..4]);
                string Local(string text) => text + b;
                Func<Task> work = async () => await chat.GetResponseAsync(Local(key));
                _ = work();
                try { seen.Add($"{a}{key}"); } catch (InvalidOperationException error) when (error.Data.Count > 0) { throw new ArgumentException(key); } finally { Held = key; }
                foreach (var one in seen.Where(text => text != "")) { Console.WriteLine(one); if (one is { Length: > 3 } found) continue; }
                var pair = new Holder(chat, key) with { Text = order.Number switch { "a" => key, _ => Held } };
                var cached = chat.AsBuilder().UseDistributedCache(cache, it => it.CacheKeyAdditionalValues = [run.Tenant!]).Build();
                using var layer = new DistributedCachingChatClient(chat, cache) { CoalesceStreamingUpdates = true };
                await cache.SetStringAsync(order.Number, (await cached.GetResponseAsync(pair.Text, cancellationToken: ct)).Text, ct);
                await connection.OpenAsync(ct);
                return seen.Count;
            }

            [Step]
            public async Task<long> Count(Order order) { await connection.OpenAsync(); seen.Add(order.Number); return seen.Count; }

            [Step]
            public string Finish(int answer, long count) => Held + answer + count;
        }
        """;

    private static readonly SyntaxToken[] Tokens = [.. CSharpSyntaxTree.ParseText(Source, TestCompilation.ParseOptions).GetRoot().DescendantTokens()];

    [Fact]
    public async Task Before_it_is_mutated_each_rule_has_something_to_say() => Assert.Equal(
        ["KW2003", "KW2004", "KW4001", "KW4002", "KW4005"],
        (await Analysis.RunAsync(TestCompilation.Of(Source))).Select(static diagnostic => diagnostic.Id).Where(static id => id is not "KW4004").Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public async Task A_hundred_mutations_crash_nothing()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var source = Mutate(new Random(seed));
            try
            {
                await Analysis.RunAsync(TestCompilation.Of(source));
            }
            catch (Exception thrown) when (thrown is not OperationCanceledException)
            {
                Assert.Fail($"Seed {seed}: {thrown}\n{source}");
            }
        }
    }

    private static string Mutate(Random random)
    {
        var texts = Array.ConvertAll(Tokens, static token => token.ToFullString());
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var place = random.Next(texts.Length);
            texts[place] = random.Next(3) switch
            {
                0 => "",
                1 => texts[place] + texts[place],
                _ => texts[random.Next(texts.Length)],
            };
        }
        return string.Concat(texts);
    }
}
