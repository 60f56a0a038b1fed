using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Tests.Runtime;

public sealed class EventTests
{
    [Fact]
    public async Task The_events_of_a_chain_come_in_order()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var workflow = Written.Paid(Written.Steps("Clean", "Ask"), static async (emitted, input) =>
        {
            var clean = await emitted.PlainAsync(0, input.Trim);
            return await emitted.AskAsync(1, clean);
        });

        await scene.RunAsync(workflow, " hello ", null, events, "acme");

        Assert.Equal(["run started", "started Clean", "finished Clean", "started Ask", "finished Ask", "run finished: Succeeded"], events.Lines);
    }

    [Fact]
    public async Task Events_say_run_binding_usage_duration_and_results()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var workflow = Written.Paid(Written.Steps("Wait", "Ask"), async (emitted, input) =>
        {
            await emitted.PlainAsync(0, () =>
            {
                scene.Time.Advance(TimeSpan.FromSeconds(3));
                return 7;
            });
            return await emitted.AskAsync(1, input);
        });

        await scene.RunAsync(workflow, "hello", null, events, "acme");

        var started = events.Single<RunStartedEvent>();
        Assert.Equal("paid", started.Workflow);
        Assert.Equal("acme", Assert.Single(started.Binding.Slots).ProfileName);
        var steps = events.Events.OfType<StepFinishedEvent>().ToList();
        Assert.Equal(TimeSpan.FromSeconds(3), steps[0].Duration);
        Assert.Equal(7, steps[0].Output);
        Assert.Equal(default, steps[0].Usage);
        Assert.Equal(TimeSpan.Zero, steps[1].Duration);
        Assert.Equal("re: hello", steps[1].Output);
        Assert.Equal(new RunUsage(1, 10, 5), steps[1].Usage);
        var finished = events.Single<RunFinishedEvent<string>>();
        Assert.Equal("re: hello", finished.Output);
        Assert.Equal(new RunUsage(1, 10, 5), finished.Usage);
        Assert.Equal(TimeSpan.FromSeconds(3), finished.Duration);
        Assert.Single(events.Events.Select(static happened => happened.RunId).Distinct());
        Assert.Equal(scene.Time.GetUtcNow(), finished.At);
    }

    [Fact]
    public async Task A_failed_step_is_told_before_the_run_that_it_fails()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var workflow = Written.Plain(Written.Steps("Break"), static (emitted, _) => emitted.PlainAsync(0, static () => Task.FromException<string>(new InvalidOperationException("no"))));

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.RunAsync(workflow, "hello", null, events));

        Assert.Equal(["run started", "started Break", "failed Break: step_failed", "run failed: Failed"], events.Lines);
        Assert.Same(error, events.Single<RunFailedEvent>().Error);
        Assert.False(events.Single<StepFailedEvent>().Optional);
    }

    [Fact]
    public async Task A_plain_step_that_returns_null_where_it_may_not_is_told_as_failed()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var workflow = Written.Plain(Written.Steps("Find"), static (emitted, _) => emitted.PlainAsync(0, () => emitted.Run.Require<string>(0, null)));

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.RunAsync(workflow, "hello", null, events));

        Assert.Equal(WorkflowErrorCodes.StepContract, error.Code);
        Assert.Equal("Find", error.Step);
        Assert.Equal(1, error.Attempt);
        Assert.Equal(["run started", "started Find", "failed Find: step_contract", "run failed: Failed"], events.Lines);
    }

    [Fact]
    public async Task A_managed_step_that_returns_null_where_it_may_not_is_told_as_failed_once()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var workflow = Written.Plain([Written.Step(0, "Find") with { RequiresResult = true }], static (emitted, _) => emitted.StepAsync(0, static _ => Task.FromResult<string>(null!)));

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.RunAsync(workflow, "hello", null, events));

        Assert.Equal(WorkflowErrorCodes.StepContract, error.Code);
        Assert.Equal("Find", error.Step);
        Assert.Equal(["run started", "started Find", "failed Find: step_contract", "run failed: Failed"], events.Lines);
    }

    [Fact]
    public async Task A_refused_run_has_no_start_and_ends_all_the_same()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var workflow = Written.Paid(Written.Steps("Ask"), static (emitted, input) => emitted.AskAsync(0, input));

        await Assert.ThrowsAsync<WorkflowRunException>(() => scene.RunAsync(workflow, "hello", null, events, "unknown"));

        Assert.Equal(["run failed: Failed"], events.Lines);
    }

    [Fact]
    public async Task A_skipped_step_is_told()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var workflow = Written.Plain(Written.Steps("Maybe", "Last"), static async (emitted, input) =>
        {
            await emitted.Run.SkipAsync(0);
            return await emitted.PlainAsync(1, () => input);
        });

        await scene.RunAsync(workflow, "hello", null, events);

        Assert.Equal(["run started", "skipped Maybe", "started Last", "finished Last", "run finished: Succeeded"], events.Lines);
    }

    [Fact]
    public async Task The_pieces_of_a_stream_are_told_as_they_come_and_its_whole_text_is_the_result()
    {
        await using var scene = new Scene();
        scene.Model.Answers("one two three");
        var events = new EventLog();
        var workflow = Written.Paid(Written.Steps("Draft"), static async (emitted, input) =>
        {
            emitted.At(0);
            return await emitted.Run.StreamAsync(0, scope => PromptCall.StreamAsync(scope.ChatClient(0), [new(Microsoft.Extensions.AI.ChatRole.User, input)], new PromptOptions(), scope.CancellationToken), emitted.Token);
        });

        Assert.Equal("one two three", await scene.RunAsync(workflow, "hello", null, events, "acme"));

        Assert.Equal(["run started", "started Draft", "text Draft: one", "text Draft:  two", "text Draft:  three", "finished Draft", "run finished: Succeeded"], events.Lines);
        Assert.Equal("one two three", events.Single<StepFinishedEvent>().Output);
        Assert.Equal(new RunUsage(1, 10, 5), events.Single<StepFinishedEvent>().Usage);
    }

    [Fact]
    public async Task Empty_pieces_of_a_stream_are_no_events()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var workflow = Written.Plain(Written.Steps("Draft"), static async (emitted, input) =>
        {
            emitted.At(0);
            return await emitted.Run.StreamAsync(0, static _ => Pieces("a", "", null!, "b"), emitted.Token);
        });

        Assert.Equal("ab", await scene.RunAsync(workflow, "hello", null, events));

        Assert.Equal(["a", "b"], events.Events.OfType<TextDeltaEvent>().Select(static happened => happened.Text));
    }

    [Fact]
    public async Task Where_nobody_listens_there_is_nothing_to_hand_over_and_no_observer()
    {
        await using var scene = new Scene();
        var observed = true;
        var workflow = Written.Plain(Written.Steps("Look"), (emitted, input) => emitted.PlainAsync(0, () =>
        {
            observed = emitted.Run.IsObserved || emitted.Run.IsManaged;
            return input;
        }));

        await scene.RunAsync(workflow, "hello");

        Assert.False(observed);
    }

    [Fact]
    public async Task A_run_that_nobody_listens_to_and_that_stops_at_nothing_is_the_executors_own_task()
    {
        await using var scene = new Scene();
        var steps = new TaskCompletionSource<string>();
        var workflow = new OwnTask(steps.Task);

        var running = scene.RunAsync(workflow, "hello");
        steps.SetResult("done");

        Assert.Same(steps.Task, running);
        Assert.Equal("done", await running);
    }

    private static async IAsyncEnumerable<string> Pieces(params string[] pieces)
    {
        foreach (var piece in pieces)
        {
            await Task.Yield();
            yield return piece;
        }
    }

    private sealed class OwnTask(Task<string> steps) : WorkflowExecutor<Nothing, string, string>(Written.Describe("own", [], []))
    {
        protected override Nothing CreateWorkflow(IServiceProvider services) => new();

        protected override Task<string> ExecuteAsync(Nothing workflow, WorkflowRun run, string input, CancellationToken cancellationToken) => steps;
    }
}
