namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>KW3014's fix.</summary>
public sealed class AwaitFixTests
{
    [Theory]
    [InlineData("return Ask().Result;", "return await Ask();")]
    [InlineData("return new(Ask().Result.Text + 1);", "return new((await Ask()).Text + 1);")]
    [InlineData("return Ask().GetAwaiter().GetResult();", "return await Ask();")]
    [InlineData("return Ask().ConfigureAwait(false).GetAwaiter().GetResult();", "return await Ask().ConfigureAwait(false);")]
    [InlineData("Later().Wait(); return new(\"\");", "await Later(); return new(\"\");")]
    [InlineData("Thread.Sleep(50); return new(\"\");", "await Task.Delay(50, ct); return new(\"\");")]
    [InlineData("var reply = (ticket.Question is \"\" ? Ask() : Ask()).Result; return reply;", "var reply = await (ticket.Question is \"\" ? Ask() : Ask()); return reply;")]
    [InlineData("return Fast().Result;", "return await Fast();")]
    [InlineData("Thread.Sleep(millisecondsTimeout: 50); return new(\"\");", "await Task.Delay(50, ct); return new(\"\");")]
    public async Task What_blocks_is_awaited(string body, string mended)
    {
        await Fixing.ExpectAsync("KW3014", Flow("public async Task<Reply>", body), Flow("public async Task<Reply>", mended), "Await it");
        await Fixing.ExpectAsync("KW3014", Flow("public Reply", body), Flow("public async Task<Reply>", mended), "Await it");
    }

    [Fact]
    public async Task A_step_without_a_result_becomes_a_task() => await Fixing.ExpectAsync(
        "KW3014",
        Flow("public async Task<Reply>", "return await Ask();", "[Step] public void Save(Ticket saved) => Later().Wait();"),
        Flow("public async Task<Reply>", "return await Ask();", "[Step] public async Task Save(Ticket saved) => await Later();"));

    [Theory]
    [InlineData("lock (this) { return Ask().Result; }")]
    [InlineData("Func<Reply> later = () => Ask().Result; return later();")]
    [InlineData("Later().Wait(5); return new(\"\");")]
    [InlineData("return new(Asked.Current?.Ask().Result.Text ?? \"\");")]
    [InlineData("return new(Asked.Current?.Ask().GetAwaiter().GetResult().Text ?? \"\");")]
    [InlineData("ReadOnlySpan<char> text = ticket.Question; return new(Ask().Result.Text + text.Length);")]
    [InlineData("foreach (var c in ticket.Question.AsSpan()) Later().Wait(); return new(\"\");")]
    [InlineData("return Local(); Reply Local() => Ask().Result;")]
    [InlineData("using var gate = new SemaphoreSlim(1); gate.Wait(); return new(\"\");")]
    [InlineData("var answers = from one in new[] { 1 } select Ask().Result; return answers.First();")]
    public async Task What_cannot_await_is_left_alone(string body) => Assert.Empty(await Fixing.TitlesAsync("KW3014", Flow("public async Task<Reply>", body)));

    [Theory]
    [InlineData("public Task<Reply>", "return Task.FromResult(Ask().Result);", "")]
    [InlineData("public virtual Reply", "return Ask().Result;", "")]
    [InlineData("public Reply", "return Ask().Result;", "public Reply Again(Ticket ticket) => Write(ticket, default);")]
    [InlineData("public Reply", "return Ask().Result;", "public Func<Ticket, CancellationToken, Reply> Again => Write;")]
    public async Task A_method_that_others_call_or_that_gives_a_task_itself_is_left_alone(string head, string body, string others) => Assert.Empty(await Fixing.TitlesAsync("KW3014", Flow(head, body, others)));

    [Fact]
    public async Task A_name_is_no_call() => await Fixing.ExpectAsync(
        "KW3014",
        Flow("public Reply", "return Ask().Result;", "[Step(After = [nameof(Write)])] public void Save() { }"),
        Flow("public async Task<Reply>", "return await Ask();", "[Step(After = [nameof(Write)])] public void Save() { }"));

    [Fact]
    public async Task All_at_once_in_one_method_too() => await Fixing.ExpectAllAsync(
        "KW3014",
        Flow("public Reply", "Later().Wait(); Thread.Sleep(1); return Ask().Result;", "[Step] public void Save(Ticket saved) => Later().Wait();"),
        Flow("public async Task<Reply>", "await Later(); await Task.Delay(1, ct); return await Ask();", "[Step] public async Task Save(Ticket saved) => await Later();"));

    private static string Flow(string head, string body, string others = "") => $$"""
        using System.Linq;

        [Workflow("flow")]
        public partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Step] {{head}} Write(Ticket ticket, CancellationToken ct) { {{body}} }
            {{others}}
            private static Task<Reply> Ask() => Task.FromResult(new Reply(""));
            private static ValueTask<Reply> Fast() => new(new Reply(""));
            private static Task Later() => Task.CompletedTask;
        }

        public sealed class Asked { public static Asked? Current => null; public Task<Reply> Ask() => Task.FromResult(new Reply("")); }

        """;
}
