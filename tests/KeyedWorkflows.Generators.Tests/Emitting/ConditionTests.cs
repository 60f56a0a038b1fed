namespace KeyedWorkflows.Generators.Tests.Emitting;

/// <summary>Conditions, routes, skipped steps and merges.</summary>
public sealed class ConditionTests
{
    [Theory]
    [InlineData(1, "small 1 asked 1")]
    [InlineData(9, "big 9 asked 1")]
    public async Task A_condition_is_asked_once_and_one_of_two_steps_gives_the_output(int given, string expected)
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            "public record Request(int N); public static class Count { public static int Asked; }",
            "Request", "string",
            """
            private bool IsBig(Request request) { Count.Asked++; return request.N > 5; }
            [Step(When = nameof(IsBig)), Output] public string Big(Request request) => "big " + request.N;
            [Step(Unless = nameof(IsBig)), Output] public Task<string> Small(Request request) => Task.FromResult("small " + request.N);
            """,
            $"return await client.RunAsync(new({given})) + \" asked \" + Acme.Count.Asked;"));

        Assert.Equal(expected, await loaded.Play<string>());
    }

    [Theory]
    [InlineData("Billing", "b")]
    [InlineData("Technical", "t")]
    [InlineData("Other", "o")]
    public async Task A_route_takes_one_of_its_ways_and_the_ways_meet_again(string route, string expected)
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            "public enum Route { Billing, Technical, Other } public record Request(Route Route); public record Answer(string Text);",
            "Request", "string",
            """
            [Step] public Route RouteOf(Request request) => request.Route;
            [Step(When = nameof(RouteOf), Is = Route.Billing)] public Answer Bill(Request request) => new("b");
            [Step(When = nameof(RouteOf), Is = Route.Technical)] public Task<Answer> Help(Request request) => Task.FromResult(new Answer("t"));
            [Step(When = nameof(RouteOf), Otherwise = true)] public Answer Shrug(Request request) => new("o");
            [Step] public string Finish([From(nameof(Bill), nameof(Help), nameof(Shrug))] Answer answer) => answer.Text;
            """,
            $"return await client.RunAsync(new(Acme.Route.{route}));"));

        Assert.Equal(expected, await loaded.Play<string>());
    }

    [Theory]
    [InlineData(true, "7")]
    [InlineData(false, "-7")]
    public async Task Values_merge_and_sequences_turn_into_the_wanted_kind(bool up, string expected)
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            "public record Request(bool Up); public record struct Amount(int N);",
            "Request", "string",
            """
            private static bool IsUp(Request request) => request.Up;
            [Step(When = nameof(IsUp))] public Amount Rise(Request request) => new(7);
            [Step(Unless = nameof(IsUp))] public Amount Fall(Request request) => new(-7);
            [Step] public List<Amount> List([From(nameof(Rise), nameof(Fall))] Amount amount) => [amount];
            [Step(When = nameof(IsUp))] public string[] Words(List<Amount> amounts) => ["w"];
            [Step(Unless = nameof(IsUp))] public List<string> MoreWords(Amount[] amounts) => ["m"];
            [Step] public string Finish(IReadOnlyList<Amount> amounts, [From(nameof(Words), nameof(MoreWords))] System.Collections.Immutable.ImmutableArray<string> words) =>
                amounts[0].N.ToString(System.Globalization.CultureInfo.InvariantCulture) + (words.Length == 1 ? "" : "?");
            """,
            $"return await client.RunAsync(new({(up ? "true" : "false")}));"));

        Assert.Equal(expected, await loaded.Play<string>());
    }

    [Fact]
    public async Task A_skipped_step_skips_its_consumers_but_for_those_that_take_null()
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            "public record Request(int N); public record A(int N); public record B(int N); public record struct C(int N);",
            "Request", "string",
            """
            public ValueTask<bool> IsBig(Request request) => new(request.N > 5);
            [Step(When = nameof(IsBig))] public A MakeA(Request request) => new(request.N);
            [Step] public B MakeB(A a) => new(a.N + 1);
            [Step] public C MakeC(B b) => new(b.N + 1);
            [Step] public string Finish(A? a, B? b, C? c) => $"{a?.N},{b?.N},{c?.N}";
            """,
            """
            var seen = new List<string>();
            await foreach (var happened in client.StreamAsync(new(1)))
            {
                if (happened is StepSkippedEvent skipped)
                    seen.Add(skipped.Step);
            }
            return await client.RunAsync(new(1)) + " " + await client.RunAsync(new(9)) + " " + string.Join(' ', seen);
            """));

        Assert.Equal(",, 9,10,11 MakeA MakeB MakeC", await loaded.Play<string>());
    }

    [Fact]
    public async Task A_condition_may_itself_be_absent()
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            "public record Request(int N); public record A(int N); public record B(string Text); public record C(string Text);",
            "Request", "string",
            """
            private bool IsBig(Request request) => request.N > 5;
            [Step(When = nameof(IsBig))] public A MakeA(Request request) => new(request.N);
            private bool IsHuge(A a) => a.N > 50;
            [Step(When = nameof(IsHuge))] public B Huge(Request request) => new("huge");
            [Step(Unless = nameof(IsHuge))] public C NotHuge(Request request) => new("big");
            [Step] public string Finish(B? b, C? c) => b?.Text ?? c?.Text ?? "small";
            """,
            """return await client.RunAsync(new(1)) + " " + await client.RunAsync(new(9)) + " " + await client.RunAsync(new(99));"""));

        Assert.Equal("small big huge", await loaded.Play<string>());
    }
}
