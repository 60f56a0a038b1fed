using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Tests.Runtime;

public sealed class ForEachTests
{
    [Fact]
    public async Task Results_stand_in_the_order_of_the_elements()
    {
        await using var scene = new Scene();
        var gates = Enumerable.Range(0, 3).Select(static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        var workflow = Each(3, async (_, item) =>
        {
            await gates[item].Task;
            return item * 10;
        });

        var running = scene.RunAsync(workflow, [0, 1, 2]);
        gates[2].SetResult();
        gates[0].SetResult();
        gates[1].SetResult();

        Assert.Equal([0, 10, 20], await running);
    }

    [Fact]
    public async Task Each_finished_element_is_told_with_the_count()
    {
        await using var scene = new Scene();
        var events = new EventLog();

        await scene.RunAsync(Each(1, static (_, item) => Task.FromResult(item)), [7, 8], null, events);

        Assert.Equal(["run started", "started Each", "element Each: 0 of 2", "element Each: 1 of 2", "finished Each", "run finished: Succeeded"], events.Lines);
        Assert.Equal([7, 8], Assert.IsType<int[]>(events.Single<StepFinishedEvent>().Output));
    }

    [Fact]
    public async Task No_more_elements_are_worked_on_at_once_than_the_concurrency_says()
    {
        await using var scene = new Scene();
        var working = 0;
        var most = 0;
        var together = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var workflow = Each(3, async (_, item) =>
        {
            var now = Interlocked.Increment(ref working);
            lock (together)
                most = Math.Max(most, now);
            if (now == 3)
                together.TrySetResult();
            await together.Task;
            await Task.Yield();
            Interlocked.Decrement(ref working);
            return item;
        });

        await scene.RunAsync(workflow, [.. Enumerable.Range(0, 12)]);

        Assert.Equal(3, most);
    }

    [Fact]
    public async Task Unless_said_otherwise_one_element_comes_after_the_other()
    {
        await using var scene = new Scene();
        List<string> happened = [];
        var workflow = Each(1, async (_, item) =>
        {
            happened.Add($"{item} in");
            await Task.Yield();
            happened.Add($"{item} out");
            return item;
        });

        await scene.RunAsync(workflow, [1, 2]);

        Assert.Equal(["1 in", "1 out", "2 in", "2 out"], happened);
    }

    [Fact]
    public async Task An_empty_sequence_gives_an_empty_one()
    {
        await using var scene = new Scene();
        var events = new EventLog();

        Assert.Empty(await scene.RunAsync(Each(4, static (_, item) => Task.FromResult(item)), [], null, events));

        Assert.Equal(["run started", "started Each", "finished Each", "run finished: Succeeded"], events.Lines);
    }

    [Fact]
    public async Task The_failure_of_an_element_fails_the_run_and_no_further_element_starts()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        List<int> seen = [];
        var workflow = Each(1, (_, item) =>
        {
            seen.Add(item);
            return item == 1 ? throw new InvalidOperationException("no") : Task.FromResult(item);
        });

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.RunAsync(workflow, [0, 1, 2], null, events));

        Assert.Equal(WorkflowErrorCodes.StepFailed, error.Code);
        Assert.Equal("Each", error.Step);
        Assert.Equal([0, 1], seen);
        Assert.Equal(1, events.Single<StepFailedEvent>().Element);
    }

    [Fact]
    public async Task Elements_beside_a_failure_are_cancelled_and_awaited()
    {
        await using var scene = new Scene();
        var ended = false;
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var workflow = Each(2, async (scope, item) =>
        {
            if (item == 1)
            {
                await waiting.Task;
                throw new InvalidOperationException("no");
            }
            waiting.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, scope.CancellationToken);
            }
            finally
            {
                await Task.Yield();
                ended = true;
            }
            return item;
        });

        var error = await scene.FailureAsync(workflow, [0, 1, 2]);

        Assert.IsType<InvalidOperationException>(error.InnerException);
        Assert.True(ended);
    }

    [Fact]
    public async Task An_element_has_attempts_and_calls_of_its_own()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var workflow = Each(1, static async (scope, item) =>
        {
            await PromptCall.TextAsync(scope.ChatClient(0), [new(Microsoft.Extensions.AI.ChatRole.User, "hi")], new PromptOptions(), scope.CancellationToken);
            return scope.Attempt == 1 ? throw new ModelCallException(WorkflowErrorCodes.OutputInvalid, "no") : item;
        }, static step => step with { Attempts = 2, MaxCalls = 2 });

        Assert.Equal([1, 2, 3], await scene.RunAsync(workflow, [1, 2, 3], null, events, "acme"));

        Assert.Equal([0, 1, 2], events.Events.OfType<StepRetriedEvent>().Select(static happened => happened.Element));
        Assert.Equal(new RunUsage(6, 60, 30), events.Single<StepFinishedEvent>().Usage);
    }

    [Fact]
    public async Task A_sequence_that_is_null_is_a_breach_of_the_step()
    {
        await using var scene = new Scene();
        var workflow = Written.Of(Written.Describe("each", [], [Written.Step(0, "Each") with { IsForEach = true }]), static (emitted, _) =>
            emitted.Run.ForEachAsync(0, (int[])null!, static (_, item) => Task.FromResult(item), emitted.Token));

        var error = await scene.FailureAsync(workflow, "hello");

        Assert.Equal(WorkflowErrorCodes.StepContract, error.Code);
        Assert.Equal("Each", error.Step);
    }

    [Fact]
    public async Task A_sequence_that_changes_meanwhile_is_taken_as_it_was()
    {
        await using var scene = new Scene();
        List<int> items = [1, 2];
        var workflow = Written.Of(Written.Describe("each", [], [Written.Step(0, "Each") with { IsForEach = true }]), async (emitted, _) =>
            (IReadOnlyList<int>)await emitted.Run.ForEachAsync(0, items, (_, item) =>
            {
                items.Add(item);
                return Task.FromResult(item);
            }, emitted.Token));

        Assert.Equal([1, 2], await scene.RunAsync(workflow, "hello"));
    }

    [Fact]
    public async Task Elements_that_were_kept_are_not_worked_on_again()
    {
        await using var scene = new Scene();
        List<int> seen = [];
        var checkpoint = new MemoryCheckpoint().With("0[0]", 100).With("0[2]", 300);
        var workflow = Each(1, (_, item) =>
        {
            seen.Add(item);
            return Task.FromResult(item);
        });

        Assert.Equal([100, 2, 300], await scene.RunAsync(workflow, [1, 2, 3], checkpoint, null));

        Assert.Equal([2], seen);
        Assert.Equal(["0 = null", "0[0] = 100", "0[1] = 2", "0[2] = 300"], checkpoint.Lines);
    }

    [Fact]
    public async Task All_elements_are_taken_up_where_the_whole_step_was_done()
    {
        await using var scene = new Scene();
        var checkpoint = new MemoryCheckpoint().WithJson("0", "null").With("0[0]", 100);
        var workflow = Each(1, static (_, _) => throw new InvalidOperationException("worked on again"));

        Assert.Equal([100], await scene.RunAsync(workflow, [1], checkpoint, null));
    }

    [Fact]
    public async Task Texts_in_pieces_are_told_by_element_and_gathered()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var workflow = Written.Of(Written.Describe("each", [], [Written.Step(0, "Draft") with { IsForEach = true }]), static async (emitted, _) =>
            (IReadOnlyList<string>)await emitted.Run.ForEachStreamAsync(0, ["a", "b"], static (_, item) => Twice(item), emitted.Token));

        Assert.Equal(["aa", "bb"], await scene.RunAsync(workflow, "hello", null, events));

        Assert.Equal([(0, "a"), (0, "a"), (1, "b"), (1, "b")], events.Events.OfType<TextDeltaEvent>().Select(static happened => (happened.Element!.Value, happened.Text)));

        static async IAsyncEnumerable<string> Twice(string item)
        {
            await Task.Yield();
            yield return item;
            yield return item;
        }
    }

    [Fact]
    public async Task An_optional_one_is_absent_as_a_whole()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var workflow = Written.Of(Written.Describe("each", [], [Written.Step(0, "Each") with { IsForEach = true, Optional = true, Concurrency = 2 }]), static async (emitted, _) =>
            await emitted.Run.OptionalForEachAsync(0, [1, 2, 3], static (_, item) => item == 2 ? throw new InvalidOperationException("no") : Task.FromResult(item), emitted.Token) is null ? "absent" : "there");

        Assert.Equal("absent", await scene.RunAsync(workflow, "hello", null, events));

        Assert.Equal("run finished: PartialSucceeded", events.Lines[^1]);
        Assert.True(events.Single<StepFailedEvent>().Optional);
    }

    [Fact]
    public async Task A_ceiling_ends_the_run_between_two_elements_and_keeps_what_is_paid()
    {
        await using var scene = new Scene();
        var checkpoint = new MemoryCheckpoint();
        var workflow = Each(1, static async (scope, item) =>
        {
            await PromptCall.TextAsync(scope.ChatClient(0), [new(Microsoft.Extensions.AI.ChatRole.User, "hi")], new PromptOptions(), scope.CancellationToken);
            return item;
        });

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.Transport.RunAsync(workflow, [1, 2, 3], RunCredentials.For("acme"), new RunOptions { MaxTokens = 20 }, checkpoint, null, Scene.Ct));

        Assert.Equal(WorkflowErrorCodes.TokenLimitReached, error.Code);
        Assert.Equal(["0[0] = 1", "0[1] = 2"], checkpoint.Lines);
    }

    private static TestExecutor<Nothing, int[], IReadOnlyList<int>> Each(int concurrency, Func<StepScope, int, Task<int>> body, Func<StepDefinition, StepDefinition>? change = null)
    {
        var step = Written.Step(0, "Each") with { IsForEach = true, OutputType = typeof(int[]), Concurrency = concurrency };
        return new(Written.Describe("each", [Written.Main with { Default = "house" }], change?.Invoke(step) ?? step))
        {
            Create = static _ => new Nothing(),
            Body = async (_, emitted, input) =>
            {
                if (emitted.Run.TryRestore(0, out int[] results))
                    return results;
                emitted.At(0);
                return await emitted.Run.ForEachAsync(0, input, body, emitted.Token);
            },
        };
    }
}
