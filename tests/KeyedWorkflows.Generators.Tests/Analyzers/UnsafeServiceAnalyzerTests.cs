namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>KW4005: what serves one caller at a time, in steps that may run at once.</summary>
public sealed class UnsafeServiceAnalyzerTests
{
    private const string EntityFramework = """
        namespace Microsoft.EntityFrameworkCore
        {
            public class DbContext { public Task<int> SaveChangesAsync() => Task.FromResult(1); public int SaveChanges() => 1; }
            public interface IDbContextFactory<T> { T CreateDbContext(); }
        }
        public interface IOrders { Task<int> FindAsync(); }
        public class Shop : Microsoft.EntityFrameworkCore.DbContext { public Task<List<int>> OrdersAsync() => Task.FromResult(new List<int>()); }

        """;

    private const string TwoBeside = """
            [Step] public async Task<Topic> One(Ticket ticket) { await shop.OrdersAsync(); return new(""); }
            [Step] public async Task<int> Two(Ticket ticket) => (await shop.OrdersAsync()).Count;
            [Step] public Reply Finish(Topic topic, int count) => new("");
        """;

    [Theory]
    [InlineData("Shop {|KW4005:shop|}", TwoBeside)]
    [InlineData("Shop {|KW4005:shop|}", """
            [Step] public async Task<Topic> One(Ticket ticket) { await ReadAsync(); return new(""); }
            [Step] public async Task<int> Two(Ticket ticket) => await ReadAsync();
            [Step] public Reply Finish(Topic topic, int count) => new("");
            private async Task<int> ReadAsync() => (await shop.OrdersAsync()).Count;
        """)]
    [InlineData("System.Data.Common.DbConnection {|KW4005:connection|}", """
            [Step] public async Task<Topic> One(Ticket ticket) { await connection.OpenAsync(); return new(""); }
            [Step] public async Task<int> Two(Ticket ticket) { using var command = connection.CreateCommand(); return await command.ExecuteNonQueryAsync(); }
            [Step] public Reply Finish(Topic topic, int count) => new("");
        """)]
    [InlineData("System.Data.IDbConnection {|KW4005:connection|}", """
            [Step] public async Task<Topic> One(Ticket ticket) { await Task.Yield(); connection.Open(); return new(""); }
            [Step] public int Two(Ticket ticket) => connection.ConnectionTimeout;
            [Step] public Reply Finish(Topic topic, int count) => new("");
        """)]
    [InlineData("Shop {|KW4005:shop|}", """
            [Step] public int[] Split(Ticket ticket) => [1];
            [Step] public async Task<Topic> One([ForEach(Concurrency = 4)] int number) { await shop.OrdersAsync(); return new(""); }
            [Step] public Reply Finish(Topic[] topics) => new("");
        """)]
    [InlineData("Shop {|KW4005:shop|}", """
            [Step] public async Task<Topic> One(Ticket ticket) { await shop.OrdersAsync(); return new(""); }
            [Prompt("Hi", Tools = [nameof(Find)])] public partial Task<string> Two(Ticket ticket, IChatClient chat);
            [Tool] public async Task<int> Find(string name) => (await shop.OrdersAsync()).Count;
            [Step] public Reply Finish(Topic topic, [From(nameof(Two))] string text) => new("");
        """)]
    [InlineData("HttpClient {|KW4005:http|}", """
            [Step] public async Task<Topic> One(Ticket ticket) { http.DefaultRequestHeaders.Add("X-Order", ticket.Question); return new(await http.GetStringAsync("a")); }
            [Step] public async Task<int> Two(Ticket ticket) => (await http.GetStringAsync("b")).Length;
            [Step] public Reply Finish(Topic topic, int count) => new("");
        """)]
    [InlineData("", """
            private readonly List<string> {|KW4005:seen|} = [];
            [Step] public async Task<Topic> One(Ticket ticket) { await Task.Yield(); seen.Add(""); return new(""); }
            [Step] public async Task<int> Two(Ticket ticket) { await Task.Yield(); return seen.Count; }
            [Step] public Reply Finish(Topic topic, int count) => new("");
        """)]
    [InlineData("", """
            private readonly Dictionary<string, int> {|KW4005:counts|} = [];
            [Step] public async Task<Topic> One(Ticket ticket) { await Task.Yield(); counts["a"]++; return new(""); }
            [Step] public async Task<int> Two(Ticket ticket) { await Task.Yield(); counts["b"] = 1; return 1; }
            [Step] public Reply Finish(Topic topic, int count) => new("");
        """)]
    [InlineData("", """
            private readonly Random {|KW4005:dice|} = new();
            [Step] public async Task<Topic> One(Ticket ticket) { await Task.Yield(); return new("" + dice.Next()); }
            [Step] public async Task<int> Two(Ticket ticket) { await Task.Yield(); return dice.Next(); }
            [Step] public Reply Finish(Topic topic, int count) => new("");
        """)]
    [InlineData("", """
            private static readonly List<string> {|KW4005:seen|} = [];
            [Step] public async Task<Topic> One(Ticket ticket) { await Task.Yield(); seen.Add(""); return new(""); }
            [Step] public async Task<int> Two(Ticket ticket) { await Task.Yield(); seen.Add(""); return 1; }
            [Step] public Reply Finish(Topic topic, int count) => new("");
        """)]
    public async Task What_two_steps_use_at_once_is_reported(string constructor, string steps) => Assert.Contains("serves one caller at a time", Assert.Single(await Analysis.ExpectAsync(Flow(constructor, steps))), StringComparison.Ordinal);

    [Theory]
    [InlineData("Shop shop", """
            [Step] public async Task<Topic> One(Ticket ticket) { await shop.OrdersAsync(); return new(""); }
            [Step] public async Task<int> Two(Topic topic) => (await shop.OrdersAsync()).Count;
            [Step] public Reply Finish(Topic topic, int count) => new("");
        """)]
    [InlineData("Shop shop", """
            [Step] public async Task<Topic> One(Ticket ticket) { await shop.OrdersAsync(); return new(""); }
            [Step(After = [nameof(One)])] public async Task<int> Two(Ticket ticket) => (await shop.OrdersAsync()).Count;
            [Step] public Reply Finish(Topic topic, int count) => new("");
        """)]
    [InlineData("Shop shop", """
            [Step] public async Task<Topic> One(Ticket ticket) { await shop.OrdersAsync(); return new(""); }
            [Step] public async Task<int> Two(Ticket ticket) { await Task.Yield(); return 1; }
            [Step] public Reply Finish(Topic topic, int count) => new("");
        """)]
    [InlineData("Shop shop", """
            public bool IsLong(Ticket ticket) => ticket.Question.Length > 9;
            [Step(When = nameof(IsLong))] public async Task<Topic> One(Ticket ticket) { await shop.OrdersAsync(); return new(""); }
            [Step(Unless = nameof(IsLong))] public async Task<int> Two(Ticket ticket) => (await shop.OrdersAsync()).Count;
            [Step] public Reply Finish(Topic? topic, int? count) => new("");
        """)]
    [InlineData("Shop shop", """
            public string RouteOf(Ticket ticket) => ticket.Question;
            [Step(When = nameof(RouteOf), Is = "a")] public async Task<Topic> One(Ticket ticket) { await shop.OrdersAsync(); return new(""); }
            [Step(When = nameof(RouteOf), Otherwise = true)] public async Task<int> Two(Ticket ticket) => (await shop.OrdersAsync()).Count;
            [Step] public Reply Finish(Topic? topic, int? count) => new("");
        """)]
    [InlineData("Shop shop", """
            [Step] public Topic One(Ticket ticket) { shop.SaveChanges(); return new(""); }
            [Step] public int Two(Ticket ticket) => shop.SaveChanges();
            [Step] public Reply Finish(Topic topic, int count) => new("");
        """)]
    [InlineData("Shop shop", """
            [Step] public int[] Split(Ticket ticket) => [1];
            [Step] public async Task<Topic> One([ForEach] int number) { await shop.OrdersAsync(); return new(""); }
            [Step] public Reply Finish(Topic[] topics) => new("");
        """)]
    [InlineData("Microsoft.EntityFrameworkCore.IDbContextFactory<Shop> shops", """
            [Step] public async Task<Topic> One(Ticket ticket) { await shops.CreateDbContext().OrdersAsync(); return new(""); }
            [Step] public async Task<int> Two(Ticket ticket) => (await shops.CreateDbContext().OrdersAsync()).Count;
            [Step] public Reply Finish(Topic topic, int count) => new("");
        """)]
    [InlineData("HttpClient http", """
            [Step] public async Task<Topic> One(Ticket ticket) => new(await http.GetStringAsync("a"));
            [Step] public async Task<int> Two(Ticket ticket) => (await http.GetStringAsync("b")).Length + http.DefaultRequestHeaders.Count();
            [Step] public Reply Finish(Topic topic, int count) => new("");
        """)]
    [InlineData("", """
            private readonly List<string> words = ["a", "b"];
            [Step] public async Task<Topic> One(Ticket ticket) { await Task.Yield(); return new(words[0]); }
            [Step] public async Task<int> Two(Ticket ticket) { await Task.Yield(); return words.Count; }
            [Step] public Reply Finish(Topic topic, int count) => new("");
        """)]
    [InlineData("", """
            private readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> seen = new();
            [Step] public async Task<Topic> One(Ticket ticket) { await Task.Yield(); seen["a"] = 1; return new(""); }
            [Step] public async Task<int> Two(Ticket ticket) { await Task.Yield(); seen["b"] = 2; return 1; }
            [Step] public Reply Finish(Topic topic, int count) => new("");
        """)]
    [InlineData("", """
            [Step] public async Task<Topic> One(Ticket ticket) { await Task.Yield(); var dice = new Random(); return new("" + dice.Next()); }
            [Step] public async Task<int> Two(Ticket ticket) { await Task.Yield(); return Random.Shared.Next(); }
            [Step] public Reply Finish(Topic topic, int count) => new("");
        """)]
    [InlineData("", """
            private readonly object gate = new();
            private readonly List<string> seen = [];
            [Step] public async Task<Topic> One(Ticket ticket) { await Task.Yield(); lock (gate) seen.Add(""); return new(""); }
            [Step] public async Task<int> Two(Ticket ticket) { await Task.Yield(); lock (gate) { seen.Add(""); return seen.Count; } }
            [Step] public Reply Finish(Topic topic, int count) => new("");
        """)]
    [InlineData("Shop shop", """
            private readonly System.Threading.SemaphoreSlim gate = new(1);
            [Step] public async Task<Topic> One(Ticket ticket) { await ReadAsync(); return new(""); }
            [Step] public async Task<int> Two(Ticket ticket) => await ReadAsync();
            [Step] public Reply Finish(Topic topic, int count) => new("");
            private async Task<int> ReadAsync() { await gate.WaitAsync(); try { return (await shop.OrdersAsync()).Count; } finally { gate.Release(); } }
        """)]
    [InlineData("", """
            private readonly Random dice = Random.Shared;
            [Step] public async Task<Topic> One(Ticket ticket) { await Task.Yield(); return new("" + dice.Next()); }
            [Step] public async Task<int> Two(Ticket ticket) { await Task.Yield(); return dice.Next(); }
            [Step] public Reply Finish(Topic topic, int count) => new("");
        """)]
    [InlineData("IOrders orders", """
            [Step] public async Task<Topic> One(Ticket ticket) { await orders.FindAsync(); return new(""); }
            [Step] public async Task<int> Two(Ticket ticket) => await orders.FindAsync();
            [Step] public Reply Finish(Topic topic, int count) => new("");
        """)]
    public async Task What_one_step_uses_at_a_time_is_not(string constructor, string steps) => await Analysis.ExpectAsync(Flow(constructor, steps));

    [Fact]
    public async Task A_context_is_made_by_a_factory() => Assert.Contains("IDbContextFactory", Assert.Single(await Analysis.ExpectAsync(Flow("Shop {|KW4005:shop|}", TwoBeside))), StringComparison.Ordinal);

    [Fact]
    public Task The_steps_are_put_in_order() => Fixing.ExpectAsync(
        "KW4005",
        Flow("Shop shop", TwoBeside),
        Flow("Shop shop", TwoBeside.Replace("[Step] public async Task<int> Two", "[Step(After = [nameof(One)])] public async Task<int> Two", StringComparison.Ordinal)));

    [Fact]
    public Task After_what_else_the_attribute_says() => Fixing.ExpectAsync(
        "KW4005",
        Flow("Shop shop", TwoBeside.Replace("[Step] public async Task<int> Two", "[Step(Attempts = 2)] public async Task<int> Two", StringComparison.Ordinal)),
        Flow("Shop shop", TwoBeside.Replace("[Step] public async Task<int> Two", "[Step(Attempts = 2, After = [nameof(One)])] public async Task<int> Two", StringComparison.Ordinal)));

    [Fact]
    public Task All_at_once() => Fixing.ExpectAllAsync(
        "KW4005",
        Flow("Shop shop", TwoBeside) + Other(Flow("Shop shop", TwoBeside)),
        Flow("Shop shop", TwoBeside.Replace("[Step] public async Task<int> Two", "[Step(After = [nameof(One)])] public async Task<int> Two", StringComparison.Ordinal))
            + Other(Flow("Shop shop", TwoBeside.Replace("[Step] public async Task<int> Two", "[Step(After = [nameof(One)])] public async Task<int> Two", StringComparison.Ordinal))));

    private const string TwoPairs = """
            [Step] public async Task<int> One(Topic topic) { await shop.OrdersAsync(); return topic.Name.Length; }
            [Step] public async Task<string> Two(Ticket ticket) { await shop.OrdersAsync(); return ""; }
            [Step] public async Task<long> Three(string text) { await store.OrdersAsync(); return text.Length; }
            [Step] public async Task<Topic> Four(Ticket ticket) { await store.OrdersAsync(); return new(""); }
            [Step] public Reply Finish(int one, long three) => new("");
        """;

    /// <summary>By their places alone, Two would wait for One, One for Four, Four for Three, and Three for Two.</summary>
    [Fact]
    public Task All_at_once_makes_no_cycle() => Fixing.ExpectAllAsync(
        "KW4005",
        Flow("Shop shop, Shop store", TwoPairs),
        Flow("Shop shop, Shop store", TwoPairs
            .Replace("[Step] public async Task<int> One", "[Step(After = [nameof(Two)])] public async Task<int> One", StringComparison.Ordinal)
            .Replace("[Step] public async Task<long> Three", "[Step(After = [nameof(Four)])] public async Task<long> Three", StringComparison.Ordinal)));

    /// <summary>A second workflow, without the types.</summary>
    private static string Other(string flow) =>
        flow[flow.IndexOf("[Workflow", StringComparison.Ordinal)..].Replace("class Flow", "class Other", StringComparison.Ordinal).Replace("\"flow\"", "\"other\"", StringComparison.Ordinal);

    private static string Flow(string constructor, string steps) => "using System.Linq;\nusing System.Net.Http;\n" + EntityFramework + $$"""
        [Workflow("flow")]
        {{(steps.Contains("IChatClient", StringComparison.Ordinal) ? "[CredentialProfile]" : "")}}
        public sealed partial class Flow({{constructor}}) : IWorkflow<Ticket, Reply>
        {
        {{steps}}
        }

        """;
}
