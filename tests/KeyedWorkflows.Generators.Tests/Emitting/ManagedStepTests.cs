namespace KeyedWorkflows.Generators.Tests.Emitting;

/// <summary>Elements, optional steps, streams, forks and sub-workflows.</summary>
public sealed class ManagedStepTests
{
    [Fact]
    public async Task Every_kind_of_method_runs_once_for_each_element()
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            "public record Request(int N); public record A(int N); public record B(int N); public record C(int N); public record struct D(int N); public static class Log { public static int Notes; }",
            "Request", "string",
            """
            [Step] public int[] Numbers(Request request) => System.Linq.Enumerable.ToArray(System.Linq.Enumerable.Range(0, request.N));
            [Step] public A Sync([ForEach(Concurrency = 4)] int n) => new(n);
            [Step] public async Task<B> Later([ForEach] A a) { await Task.Yield(); return new(a.N * 10); }
            [Step] public ValueTask<C> Value([ForEach(Concurrency = 2)] B b) => new(new C(b.N + 1));
            [Step] public D? Maybe([ForEach] C c) => c.N > 10 ? new D(c.N) : null;
            [Step] public void Note([ForEach] C c) => Interlocked.Increment(ref Log.Notes);
            [Step] public async IAsyncEnumerable<string> Text([ForEach] C c) { await Task.Yield(); yield return c.N.ToString(); yield return ";"; }
            [Step(After = [nameof(Note)])] public string Finish(IReadOnlyList<C> all, List<D?> some, [From(nameof(Text))] string[] texts, Request request) =>
                $"{all.Count} {some.FindAll(d => d is not null).Count} {string.Concat(texts)} {Log.Notes}";
            """,
            "return await client.RunAsync(new(3)) + \" \" + await client.RunAsync(new(0));"));

        Assert.Equal("3 2 1;11;21; 3 0 0  3", await loaded.Play<string>());
    }

    [Fact]
    public async Task An_optional_step_may_fail_and_the_run_goes_on_without_its_result()
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            "public record Request(int N); public record A(int N); public record struct B(int N); public record C(int N);",
            "Request", "string",
            """
            [Step(Optional = true)] public A MakeA(Request request) => request.N > 0 ? new(request.N) : throw new InvalidOperationException();
            [Step(Optional = true)] public Task<B> MakeB(Request request) => request.N > 0 ? Task.FromResult(new B(request.N)) : throw new InvalidOperationException();
            [Step(Optional = true)] public ValueTask<C?> MakeC(Request request) => new((C?)null);
            [Step(Optional = true)] public async IAsyncEnumerable<string> Text(Request request) { await Task.Yield(); yield return request.N > 0 ? "t" : throw new InvalidOperationException(); }
            [Step(Optional = true)] public void Nothing(Request request) => throw new InvalidOperationException();
            [Step] public IEnumerable<int> Numbers(Request request) => [1, 0];
            [Step(Optional = true)] public double Divide([ForEach] int n, Request request) => request.N / n;
            [Step, Output] public string Finish(A? a, B? b, C? c, [From(nameof(Text))] string? text, IReadOnlyList<double>? all) => $"{a?.N},{b?.N},{c?.N},{text},{all?.Count}";
            """,
            """
            var started = await client.StartAsync(new(0));
            var none = await started.Output;
            return none + " " + await client.RunAsync(new(4));
            """));

        Assert.Equal(",,,, 4,4,,t,", await loaded.Play<string>());
    }

    [Fact]
    public async Task Steps_that_need_nothing_of_each_other_run_side_by_side_and_start_in_their_order()
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            """
            public record Request(int N); public record A(int N); public record B(int N); public record C(int N); public record D(int N);
            public sealed class Gate { public static readonly System.Collections.Concurrent.ConcurrentQueue<string> Log = new(); public static readonly TaskCompletionSource Opened = new(); }
            """,
            "Request", "string",
            """
            [Step] public async Task<A> First(Request request) { Gate.Log.Enqueue("first"); await Gate.Opened.Task; return new(1); }
            [Step] public A2 Chained(A a) { Gate.Log.Enqueue("chained"); return new(a.N + 1); }
            [Step] public Task<B> Second(Request request) { Gate.Log.Enqueue("second"); return Task.FromResult(new B(10)); }
            [Step] public C Third(Request request) { Gate.Log.Enqueue("third"); Gate.Opened.SetResult(); return new(100); }
            [Step] public D Meet(A2 a, B b) { Gate.Log.Enqueue("meet"); return new(a.N + b.N); }
            [Step] public string Finish(C c, D d) => $"{c.N + d.N} {string.Join(' ', Gate.Log)}";
            public record A2(int N);
            """,
            "return await client.RunAsync(new(0));"));

        Assert.Equal("112 first second third chained meet", await loaded.Play<string>());
    }

    [Fact]
    public async Task The_first_failure_cancels_its_siblings_and_is_what_the_run_throws()
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            "public record Request(int N); public record A(int N); public record B(int N); public static class Log { public static string Text = \"\"; }",
            "Request", "string",
            """
            [Step] public async Task<A> Waits(Request request, CancellationToken ct) { try { await Task.Delay(Timeout.Infinite, ct); return new(1); } finally { Log.Text += "ended "; } }
            [Step] public async Task<B> Fails(Request request) { await Task.Yield(); throw new FormatException(); }
            [Step] public string Finish(A a, B b) => "";
            """,
            """
            try { return await client.RunAsync(new(0)); }
            catch (WorkflowRunException failure) { return Acme.Log.Text + failure.Step + " " + failure.InnerException!.GetType().Name; }
            """));

        Assert.Equal("ended Fails FormatException", await loaded.Play<string>());
    }

    [Fact]
    public async Task A_child_runs_under_the_parents_payer_and_cannot_be_called_outside_of_a_run()
    {
        await using var loaded = LoadedWorkflows.Of("""
            namespace Acme
            {
                public record Question(string Text);
                public record Answer(string Text);
                public record Wish(string Text);
                public record struct Length(int Value);

                [Workflow("child")]
                [CredentialProfile(Provider = "scripted")]
                public sealed partial class Child : IWorkflow<Question, Answer>
                {
                    [Prompt("{{question.Text}}")] private partial Task<string> Ask(Question question, IChatClient chat);
                    [Step] private Answer Wrap([From(nameof(Ask))] string text) => new(text);
                }

                [Workflow("measure")]
                public sealed partial class Measure : IWorkflow<Answer, Length>
                {
                    [Step] private Length Of(Answer answer) => new(answer.Text.Length);
                }

                [Workflow("parent")]
                [CredentialProfile("payer", Provider = "scripted")]
                public sealed partial class Parent : IWorkflow<Wish, string>
                {
                    [Step] private Question[] Questions(Wish wish) => [new(wish.Text), new("again " + wish.Text)];
                    [SubWorkflow(typeof(Child))] private partial Task<Answer> Ask([ForEach] Question question);
                    [Step] private Answer First(IReadOnlyList<Answer> answers) => answers[^1];
                    [SubWorkflow(typeof(Measure), Optional = true)] public partial Task<Length> Measure([From(nameof(First))] Answer answer, CancellationToken ct);
                    [Step] private string Finish([From(nameof(First))] Answer answer, Length? length) => answer.Text + " " + length?.Value;
                }
            }

            public static class Scene
            {
                public static async Task<string> Play(IServiceProvider services)
                {
                    var client = (Acme.IParentClient)services.GetService(typeof(Acme.IParentClient))!;
                    return await client.RunAsync(new("hi"), "other");
                }

                public static Task<string> CallOutside(IServiceProvider services)
                {
                    try { new Acme.Parent().Measure(new(""), default); return Task.FromResult("called"); }
                    catch (InvalidOperationException error) { return Task.FromResult(error.Message); }
                }
            }
            """);

        Assert.Equal("echo of again hi 16", await loaded.Play<string>());
        Assert.All(loaded.Provider.Requests, static request => Assert.Equal("model-of-other", request.Model));
        Assert.Contains("outside", await loaded.Play<string>("CallOutside"), StringComparison.Ordinal);
    }
}
