namespace KeyedWorkflows.Generators.Tests.Emitting;

/// <summary>Chains of plain steps: results, nulls, nullable value types, order, failures.</summary>
public sealed class ChainTests
{
    [Fact]
    public async Task Every_way_to_hand_a_result_over_is_called_rightly()
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            "public record A(string T); public record B(string T); public record C(string T); public record D(string T);",
            "string", "D",
            """
            [Step] public A First(string input) => new(input + "1");
            [Step] public async Task<B> Second(A a) { await Task.Yield(); return new(a.T + "2"); }
            [Step] public ValueTask<C> Third(B b) => new(new C(b.T + "3"));
            [Step(After = [nameof(Third)])] public void Note() { }
            [Step(After = [nameof(Note)])] public Task NoteLater() => Task.CompletedTask;
            [Step(After = [nameof(NoteLater)])] public ValueTask NoteMuchLater() => default;
            [Step(After = [nameof(NoteMuchLater)])] public static D Last(C c) => new(c.T + "4");
            """,
            """return (await client.RunAsync("in")).T;"""));

        Assert.Equal("in1234", await loaded.Play<string>());
    }

    [Fact]
    public async Task A_step_that_returns_null_against_its_type_fails_by_name()
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            "public record A(string T);",
            "string", "int",
            """
            [Step] public A First(string input) => null!;
            [Step] public int Last(A a) => a.T.Length;
            """,
            """
            try { await client.RunAsync("in"); return "ran"; }
            catch (WorkflowRunException failure) { return failure.Code + " " + failure.Step; }
            """));

        Assert.Equal("step_contract First", await loaded.Play<string>());
    }

    [Theory]
    [InlineData(3, "3 absent")]
    [InlineData(-1, "none absent")]
    [InlineData(20, "20 big")]
    public async Task A_nullable_value_is_absent_where_it_is_null(int given, string expected)
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            "public record Request(int Given); public record struct Count(int Value); public record Big(string Text);",
            "Request", "string",
            """
            [Step] public Count? Find(Request request) => request.Given < 0 ? null : new(request.Given);
            [Step] public Big? Grow(Count count) => count.Value > 10 ? new("big") : null;
            [Step] public string Tell(Count? count, Big? big) => (count?.Value.ToString() ?? "none") + " " + (big?.Text ?? "absent");
            """,
            $"return await client.RunAsync(new({given}));"));

        Assert.Equal(expected, await loaded.Play<string>());
    }

    [Fact]
    public async Task A_failure_names_the_step_that_threw()
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            "public record A(string T);",
            "string", "int",
            """
            [Step] public A First(string input) => new(input);
            [Step] public int Last(A a) => throw new FormatException("secret");
            """,
            """
            try { await client.RunAsync("in"); return "ran"; }
            catch (WorkflowRunException failure) { return failure.Code + " " + failure.Step + " " + failure.InnerException!.GetType().Name; }
            """));

        Assert.Equal("step_failed Last FormatException", await loaded.Play<string>());
    }

    [Fact]
    public async Task Types_that_inference_stumbles_over_are_passed_on()
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            "public record Ticket(int N);",
            "Ticket", "string",
            """
            [Step(TimeoutSeconds = 60)] public Dictionary<int, int?> Twice(Ticket t) => new() { [4] = 8 * t.N };
            [Step(TimeoutSeconds = 60)] public Tuple<int, string?> Pair(Ticket t) => new(t.N, null);
            [Step(TimeoutSeconds = 60)] public async Task<int[]?> Maybe(Ticket t) { await Task.Yield(); return [t.N]; }
            [Step(TimeoutSeconds = 60)] public ValueTask<DateTimeOffset> When(Ticket t) => new(DateTimeOffset.UnixEpoch);
            [Step(TimeoutSeconds = 60)] public void Nothing(Ticket t) { }
            [Step(TimeoutSeconds = 60)] public ValueTask Later(Ticket t) => default;
            [Step(TimeoutSeconds = 60, Optional = true)] public long? Count(Ticket t) => t.N;
            [Step(TimeoutSeconds = 60, Optional = true)] public Task<decimal> Price(Ticket t) => throw new InvalidOperationException();
            [Step(TimeoutSeconds = 60, Optional = true)] public Task Void(Ticket t) => throw new InvalidOperationException();
            [Step] public string Tell(Dictionary<int, int?> twice, Tuple<int, string?> pair, int[]? maybe, DateTimeOffset when, long? count, decimal? price) =>
                $"{twice[4]} {pair.Item1} {maybe?.Length} {when.Year} {count} {price is null}";
            """,
            "return await client.RunAsync(new(3));"));

        Assert.Equal("24 3 1 1970 3 True", await loaded.Play<string>());
    }
}
