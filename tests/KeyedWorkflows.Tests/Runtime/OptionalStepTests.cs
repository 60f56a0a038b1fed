using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Tests.Runtime;

public sealed class OptionalStepTests
{
    private static readonly StepDefinition[] Steps = [Written.Step(0, "Extra") with { Optional = true }, Written.Step(1, "Last")];

    [Fact]
    public async Task The_run_goes_on_without_the_result_and_ends_partial_succeeded()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var checkpoint = new MemoryCheckpoint();

        Assert.Equal("absent", await scene.RunAsync(Trying(static _ => throw new InvalidOperationException("no")), "hello", checkpoint, events, "acme"));

        Assert.Equal(["run started", "started Extra", "failed Extra: step_failed", "started Last", "finished Last", "run finished: PartialSucceeded"], events.Lines);
        Assert.True(events.Single<StepFailedEvent>().Optional);
        Assert.Equal(["0 = failed", "1 = \"absent\""], checkpoint.Lines);
    }

    [Fact]
    public async Task A_run_that_is_taken_up_after_the_failure_is_partial_still()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var checkpoint = new MemoryCheckpoint();
        await scene.RunAsync(Trying(static _ => throw new InvalidOperationException("no")), "hello", checkpoint, null, "acme");

        Assert.Equal("absent", await scene.RunAsync(Trying(static _ => Task.FromResult("there")), "hello", checkpoint, events, "acme"));

        Assert.Equal(["run started", "run finished: PartialSucceeded"], events.Lines);
    }

    [Fact]
    public async Task One_that_succeeds_is_a_step_like_any_other()
    {
        await using var scene = new Scene();
        var events = new EventLog();

        Assert.Equal("there", await scene.RunAsync(Trying(static _ => Task.FromResult("there")), "hello", null, events, "acme"));

        Assert.Equal("run finished: Succeeded", events.Lines[^1]);
    }

    [Fact]
    public async Task A_handle_says_that_it_was_partial()
    {
        await using var scene = new Scene();

        var run = await scene.StartAsync(Trying(static _ => throw new InvalidOperationException("no")), "hello", "acme");
        await run.Output;

        Assert.Equal(RunStatus.PartialSucceeded, run.Status);
    }

    [Fact]
    public async Task Values_results_and_streams_may_be_absent_too()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var steps = Written.Steps("Number", "Save", "Text");
        var workflow = Written.Of(Written.Describe("absent", [], [.. steps.Select(static step => step with { Optional = true })]), static async (emitted, _) =>
        {
            var number = await emitted.Run.OptionalValueAsync<int>(0, static _ => throw new InvalidOperationException("no"), emitted.Token);
            var saved = await emitted.Run.OptionalAsync(1, (Func<StepScope, Task>)(static _ => throw new InvalidOperationException("no")), emitted.Token);
            var text = await emitted.Run.OptionalStreamAsync(2, static _ => throw new InvalidOperationException("no"), emitted.Token);
            return (number, saved, text);
        });

        Assert.Equal((null, false, null), await scene.RunAsync(workflow, "hello", null, events));
        Assert.Equal(3, events.Events.OfType<StepFailedEvent>().Count());
    }

    [Fact]
    public async Task A_step_past_its_own_time_or_calls_may_be_absent()
    {
        await using var scene = new Scene();
        var limited = Trying(async scope =>
        {
            for (var call = 0; ; call++)
                await PromptCall.TextAsync(scope.ChatClient(0), [new(Microsoft.Extensions.AI.ChatRole.User, "again")], new PromptOptions(), scope.CancellationToken);
        });
        var late = Trying(async scope =>
        {
            scene.Time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(Timeout.Infinite, scope.CancellationToken);
            return "never";
        }, timeoutSeconds: 5);

        Assert.Equal("absent", await scene.RunAsync(limited, "hello", "acme"));
        Assert.Equal(6, scene.Model.Requests.Count);
        Assert.Equal("absent", await scene.RunAsync(late, "hello", "acme"));
    }

    [Fact]
    public async Task It_does_not_hide_a_ceiling_of_the_run()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var workflow = Trying(static scope => PromptCall.TextAsync(scope.ChatClient(0), [new(Microsoft.Extensions.AI.ChatRole.User, "hi")], new PromptOptions(), scope.CancellationToken));

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.Transport.RunAsync(workflow, "hello", RunCredentials.For("acme"), new RunOptions { MaxCalls = 0 }, null, events, Scene.Ct));

        Assert.Equal(WorkflowErrorCodes.CallLimitReached, error.Code);
        Assert.False(events.Single<StepFailedEvent>().Optional);
    }

    [Fact]
    public async Task It_does_not_hide_the_end_of_the_run()
    {
        await using var scene = new Scene();
        var workflow = Trying(async scope =>
        {
            scene.Time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(Timeout.Infinite, scope.CancellationToken);
            return "never";
        });

        Assert.Equal(WorkflowErrorCodes.TimeLimitReached, (await scene.FailureAsync(workflow, "hello", "acme", new RunOptions { MaxDuration = TimeSpan.FromSeconds(5) })).Code);
    }

    [Fact]
    public async Task It_does_not_hide_the_callers_cancellation()
    {
        await using var scene = new Scene();
        using var caller = new CancellationTokenSource();
        var workflow = Trying(async scope =>
        {
            await caller.CancelAsync();
            scope.CancellationToken.ThrowIfCancellationRequested();
            return "never";
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.RunAsync(workflow, "hello", "acme", ct: caller.Token));
    }

    [Theory]
    [InlineData(WorkflowErrorCodes.ProfileDisabled)]
    [InlineData(WorkflowErrorCodes.ProfileTampered)]
    [InlineData(WorkflowErrorCodes.ProfileUnreadable)]
    [InlineData(WorkflowErrorCodes.StoreUnavailable)]
    [InlineData(WorkflowErrorCodes.HostMisconfigured)]
    public async Task It_does_not_hide_that_nobody_vouches_for_the_payer_any_more(string code)
    {
        await using var scene = new Scene();
        var workflow = Trying(_ => throw new ModelCallException(code, "Something is wrong with profile 'acme'."));

        Assert.Equal(code, (await scene.FailureAsync(workflow, "hello", "acme")).Code);
    }

    private static TestExecutor<Nothing, string, string> Trying(Func<StepScope, Task<string>> extra, int timeoutSeconds = 0) => Written.Paid(
        [Steps[0] with { TimeoutSeconds = timeoutSeconds }, Steps[1]],
        async (emitted, _) =>
        {
            emitted.At(0);
            if (!emitted.Run.TryRestore(0, out string? local))
                local = await emitted.Run.OptionalAsync(0, extra, emitted.Token);
            return await emitted.PlainAsync(1, () => local ?? "absent");
        });
}
