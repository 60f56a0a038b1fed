namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>KW4002: caches of answers in which payers meet, and those in which they do not.</summary>
public sealed class SharedCacheAnalyzerTests
{
    [Theory]
    [InlineData("var cached = {|KW4002:chat.AsBuilder().UseDistributedCache(cache)|}.Build(); await cached.GetResponseAsync(\"x\");")]
    [InlineData("var cached = {|KW4002:chat.AsBuilder().UseDistributedCache(cache, it => it.CoalesceStreamingUpdates = true)|}.Build();")]
    [InlineData("var cached = {|KW4002:chat.AsBuilder().UseDistributedCache(cache, it => it.CacheKeyAdditionalValues = null)|}.Build();")]
    [InlineData("var cached = {|KW4002:chat.AsBuilder().UseDistributedCache(cache, it => it.CacheKeyAdditionalValues = [\"v2\"])|}.Build();")]
    [InlineData("var cached = {|KW4002:new DistributedCachingChatClient(chat, cache) { CacheKeyAdditionalValues = new object[] { \"v2\", 1 } }|};")]
    [InlineData("var cached = {|KW4002:new DistributedCachingChatClient(chat, cache)|};")]
    [InlineData("var cached = {|KW4002:new TextCache(chat)|};")]
    public async Task A_cache_around_a_steps_client_is_reported(string code) => Assert.Contains("UseChatClient", Assert.Single(await Analysis.ExpectAsync(Step(code))), StringComparison.Ordinal);

    [Theory]
    [InlineData("var cached = chat.AsBuilder().UseDistributedCache(cache, it => it.CacheKeyAdditionalValues = [run.Tenant ?? \"\", run.ProfileName ?? run.RunId]).Build();")]
    [InlineData("var cached = new DistributedCachingChatClient(chat, cache) { CacheKeyAdditionalValues = [run.Tenant ?? \"\"] };")]
    [InlineData("var cached = new DistributedCachingChatClient(chat, cache); cached.CacheKeyAdditionalValues = [run.RunId];")]
    [InlineData("var cached = chat.AsBuilder().UseDistributedCache(cache, Partitions.Set).Build();")]
    [InlineData("var cached = new WholeCache(chat);")]
    [InlineData("var cached = new PartitionedCache(chat, run.RunId);")]
    [InlineData("var built = chat.AsBuilder().UseFunctionInvocation().Build();")]
    public async Task One_that_tells_payers_apart_is_not(string code) => await Analysis.ExpectAsync(Step(code));

    [Theory]
    [InlineData("Answers[{|KW4002:ticket.Question|}] = (await chat.GetResponseAsync(ticket.Question)).Text;")]
    [InlineData("var text = (await chat.GetResponseAsync(ticket.Question)).Text; Answers.TryAdd({|KW4002:ticket.Question|}, text);")]
    [InlineData("var said = await Ask(ticket, chat); Answers[{|KW4002:ticket.Question.Trim()|}] = said.Text;")]
    [InlineData("var key = \"answer:\" + ticket.Question; await cache.SetStringAsync({|KW4002:key|}, (await chat.GetResponseAsync(key)).Text);")]
    [InlineData("Shared.Answers[{|KW4002:ticket.Question|}] = (await chat.GetResponseAsync(\"x\")).Text;")]
    public async Task An_answer_that_is_kept_under_nobodys_name_is_reported(string code) => Assert.Contains("RunContext.Tenant", Assert.Single(await Analysis.ExpectAsync(Step(code))), StringComparison.Ordinal);

    [Theory]
    [InlineData("Answers[run.Tenant + ticket.Question] = (await chat.GetResponseAsync(ticket.Question)).Text;")]
    [InlineData("var key = $\"{run.ProfileName}:{ticket.Question}\"; Answers[key] = (await chat.GetResponseAsync(key)).Text;")]
    [InlineData("var tenant = \"x\"; Answers[tenant] = (await chat.GetResponseAsync(\"x\")).Text;")]
    [InlineData("Answers[KeyOf(run, ticket)] = (await chat.GetResponseAsync(\"x\")).Text;")]
    [InlineData("await cache.SetStringAsync(run.RunId, (await chat.GetResponseAsync(\"x\")).Text);")]
    [InlineData("Answers[ticket.Question] = ticket.Question.Trim();")]
    [InlineData("await cache.SetStringAsync(ticket.Question, \"seen\");")]
    [InlineData("mine[ticket.Question] = (await chat.GetResponseAsync(ticket.Question)).Text;")]
    [InlineData("Dictionary<string, string> own = []; own[ticket.Question] = (await chat.GetResponseAsync(ticket.Question)).Text;")]
    [InlineData("Counts[1] = (await chat.GetResponseAsync(ticket.Question)).Text;")]
    [InlineData("var known = Answers.GetValueOrDefault(ticket.Question); _ = await chat.GetResponseAsync(known ?? \"\");")]
    public async Task What_names_somebody_or_keeps_no_answer_is_not(string code) => await Analysis.ExpectAsync(Step(code));

    [Fact]
    public async Task Within_UseChatClient_the_product_tells_payers_apart_unless_a_key_is_of_the_text_alone() => await Analysis.ExpectAsync(Usings + """
        public static class Set
        {
            public static void Up(WorkflowsBuilder w, IDistributedCache cache) => w
                .UseChatClient(client => client.AsBuilder().UseDistributedCache(cache).Build())
                .UseChatClient((client, context) => new DistributedCachingChatClient(client, cache) { CacheKeyAdditionalValues = [context.ProfileId ?? ""] })
                .UseChatClient(client => new WholeCache(client))
                .UseChatClient(client => new PartitionedCache(client, "x"))
                .UseChatClient(client => {|KW4002:new TextCache(client)|});

            public static IChatClient Elsewhere(IChatClient client, IDistributedCache cache) => client.AsBuilder().UseDistributedCache(cache).Build();
        }

        """ + Caches);

    [Fact]
    public Task A_cache_gets_a_partition() => Fixing.ExpectAsync(
        "KW4002",
        Fixed("RunContext run, CancellationToken ct", "chat.AsBuilder().UseDistributedCache(cache).Build()"),
        Fixed("RunContext run, CancellationToken ct", "chat.AsBuilder().UseDistributedCache(cache, configure: caching => caching.CacheKeyAdditionalValues = [run.Tenant ?? \"\", run.ProfileName ?? run.RunId]).Build()"));

    [Fact]
    public Task A_step_without_the_runs_context_takes_it() => Fixing.ExpectAsync(
        "KW4002",
        Fixed("CancellationToken ct", "chat.AsBuilder().UseDistributedCache(cache).Build()"),
        Fixed("RunContext run, CancellationToken ct", "chat.AsBuilder().UseDistributedCache(cache, configure: caching => caching.CacheKeyAdditionalValues = [run.Tenant ?? \"\", run.ProfileName ?? run.RunId]).Build()"));

    [Fact]
    public Task The_slot_that_pays_is_named() => Fixing.ExpectAsync(
        "KW4002",
        Fixed("RunContext context", "new DistributedCachingChatClient(chat, cache)", "[Slot(\"main\")] "),
        Fixed("RunContext context", "new DistributedCachingChatClient(chat, cache) { CacheKeyAdditionalValues = [context.Tenant ?? \"\", context.ProfileNameOf(\"main\") ?? context.RunId] }", "[Slot(\"main\")] "));

    [Fact]
    public Task All_at_once() => Fixing.ExpectAllAsync(
        "KW4002",
        Fixed("RunContext run", "new DistributedCachingChatClient(new DistributedCachingChatClient(chat, cache), cache)"),
        Fixed("RunContext run", "new DistributedCachingChatClient(new DistributedCachingChatClient(chat, cache) { CacheKeyAdditionalValues = [run.Tenant ?? \"\", run.ProfileName ?? run.RunId] }, cache) { CacheKeyAdditionalValues = [run.Tenant ?? \"\", run.ProfileName ?? run.RunId] }"));

    [Fact]
    public async Task Where_run_means_something_else_none_is_offered() =>
        Assert.Empty(await Fixing.TitlesAsync("KW4002", Fixed("CancellationToken ct", "chat.AsBuilder().UseDistributedCache(cache).Build(); var run = 1")));

    [Fact]
    public async Task A_set_up_that_is_there_is_the_authors() =>
        Assert.Empty(await Fixing.TitlesAsync("KW4002", Fixed("RunContext run", "chat.AsBuilder().UseDistributedCache(cache, it => it.CoalesceStreamingUpdates = true).Build()")));

    private const string Usings = "using System.Linq;\nusing Microsoft.Extensions.Caching.Distributed;\n";

    private const string Caches = """
        public abstract class Base(IChatClient inner) : CachingChatClient(inner)
        {
            protected override Task<ChatResponse?> ReadCacheAsync(string key, CancellationToken ct) => Task.FromResult<ChatResponse?>(null);
            protected override Task<IReadOnlyList<ChatResponseUpdate>?> ReadCacheStreamingAsync(string key, CancellationToken ct) => Task.FromResult<IReadOnlyList<ChatResponseUpdate>?>(null);
            protected override Task WriteCacheAsync(string key, ChatResponse value, CancellationToken ct) => Task.CompletedTask;
            protected override Task WriteCacheStreamingAsync(string key, IReadOnlyList<ChatResponseUpdate> value, CancellationToken ct) => Task.CompletedTask;
        }
        public sealed class TextCache(IChatClient inner) : Base(inner)
        {
            protected override string GetCacheKey(IEnumerable<ChatMessage> messages, ChatOptions? options, params ReadOnlySpan<object?> additionalValues) => string.Join('|', messages.Select(message => message.Text));
        }
        public sealed class WholeCache(IChatClient inner) : Base(inner)
        {
            protected override string GetCacheKey(IEnumerable<ChatMessage> messages, ChatOptions? options, params ReadOnlySpan<object?> additionalValues) =>
                System.Text.Json.JsonSerializer.Serialize(new { messages, options }) + messages.First().Text;
        }
        public sealed class PartitionedCache(IChatClient inner, string payer) : Base(inner)
        {
            protected override string GetCacheKey(IEnumerable<ChatMessage> messages, ChatOptions? options, params ReadOnlySpan<object?> additionalValues) => payer + string.Join('|', messages.Select(message => message.Text));
        }

        """;

    private static string Step(string code) => Usings + $$"""
        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow(IDistributedCache cache) : IWorkflow<Ticket, Reply>
        {
            private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> Answers = new();
            private static readonly Dictionary<int, string> Counts = [];
            private readonly Dictionary<string, string> mine = [];

            [Step]
            public async Task<Reply> Answer(Ticket ticket, RunContext run, IChatClient chat)
            {
                {{code}}
                await Task.Yield();
                return new($"{cache}{Answers}{mine}{Counts}");
            }

            [Prompt("Answer.", Inline = true)]
            public partial Task<Reply> Ask(Ticket ticket, IChatClient chat);

            private static string KeyOf(RunContext run, Ticket ticket) => run.Tenant + ticket.Question;
        }
        public static class Partitions { public static void Set(DistributedCachingChatClient client) => client.CacheKeyAdditionalValues = ["x"]; }
        public static class Shared { public static Dictionary<string, string> Answers { get; } = []; }

        """ + Caches;

    private static string Fixed(string parameters, string cached, string slot = "") => Usings + $$"""
        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow(IDistributedCache cache) : IWorkflow<Ticket, Reply>
        {
            [Step]
            public async Task<Reply> Answer(Ticket ticket, {{slot}}IChatClient chat, {{parameters}})
            {
                using var cached = {{cached}};
                return new((await cached.GetResponseAsync(ticket.Question)).Text);
            }
        }

        """;
}
