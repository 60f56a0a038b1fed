using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Tests.Runtime;

public sealed class RunHandleTests
{
    private readonly TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_started_run_goes_on_by_itself()
    {
        await using var scene = new Scene();

        var run = await scene.StartAsync(Waiting(), "hello", "acme");

        Assert.Equal(RunStatus.Running, run.Status);
        Assert.Equal("acme", run.Binding.Slots[0].ProfileName);
        Assert.Equal(CredentialSource.Call, run.Binding.Slots[0].Source);
        Assert.Equal(default, run.Usage);
        answer.SetResult("done");
        Assert.Equal("done", await run.Output);
        Assert.Equal(RunStatus.Succeeded, run.Status);
    }

    [Fact]
    public async Task Its_events_are_kept_from_the_start_until_they_are_read()
    {
        await using var scene = new Scene();
        var run = await scene.StartAsync(Waiting(), "hello", "acme");
        answer.SetResult("done");
        await run.Output;

        var lines = await LinesAsync(run.Events);

        Assert.Equal(["run started", "started Wait", "finished Wait", "run finished: Succeeded"], lines);
    }

    [Fact]
    public async Task Who_reads_its_end_finds_status_and_output_at_their_end_too()
    {
        await using var scene = new Scene();
        answer.SetResult("done");
        var run = await scene.StartAsync(Waiting(), "hello", "acme");

        await foreach (var happened in run.Events)
        {
            if (happened is RunEndedEvent)
                Assert.Equal((RunStatus.Succeeded, true), (run.Status, run.Output.IsCompletedSuccessfully));
        }
    }

    [Fact]
    public async Task Its_events_are_read_once_and_looking_at_them_reads_nothing()
    {
        await using var scene = new Scene();
        var run = await scene.StartAsync(Waiting(), "hello", "acme");
        answer.SetResult("done");
        await run.Output;

        _ = run.Events;
        Assert.NotEmpty(await LinesAsync(run.Events));

        await Assert.ThrowsAsync<InvalidOperationException>(() => LinesAsync(run.Events));
    }

    [Fact]
    public async Task Leaving_the_events_does_not_stop_the_run()
    {
        await using var scene = new Scene();
        var run = await scene.StartAsync(Waiting(), "hello", "acme");

        await foreach (var _ in run.Events)
            break;

        answer.SetResult("done");
        Assert.Equal("done", await run.Output);
    }

    [Fact]
    public async Task A_run_that_is_refused_does_not_start()
    {
        await using var scene = new Scene();

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.StartAsync(Waiting(), "hello", "unknown"));

        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, error.Code);
        Assert.False(entered.Task.IsCompleted);
    }

    [Fact]
    public async Task A_failed_run_says_so_in_status_output_and_last_event()
    {
        await using var scene = new Scene();
        var run = await scene.StartAsync(Waiting(), "hello", "acme");
        answer.SetException(new InvalidOperationException("no"));

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => run.Output);
        var lines = await LinesAsync(run.Events);

        Assert.Equal(WorkflowErrorCodes.StepFailed, error.Code);
        Assert.Equal(run.RunId, error.RunId);
        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal("run failed: Failed", lines[^1]);
    }

    [Fact]
    public async Task Cancel_returns_at_once_and_the_run_ends_stopped()
    {
        await using var scene = new Scene();
        var run = await scene.StartAsync(Waiting(), "hello", "acme");
        await entered.Task;

        run.Cancel();
        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => run.Output);

        Assert.Equal(WorkflowErrorCodes.Stopped, error.Code);
        Assert.Equal("Wait", error.Step);
        Assert.Equal(RunStatus.Stopped, run.Status);
        Assert.Equal("run failed: Stopped", (await LinesAsync(run.Events))[^1]);
    }

    [Fact]
    public async Task StopAsync_waits_for_the_end_and_throws_nothing()
    {
        await using var scene = new Scene();
        var run = await scene.StartAsync(Waiting(), "hello", "acme");
        await entered.Task;

        await run.CancelAsync(Scene.Ct);

        Assert.True(run.Output.IsFaulted);
        Assert.Equal(RunStatus.Stopped, run.Status);
    }

    [Fact]
    public async Task StopAsync_waits_no_longer_than_its_token_and_stops_all_the_same()
    {
        await using var scene = new Scene();
        var workflow = Written.Plain(Written.Steps("Stubborn"), (emitted, _) => emitted.PlainAsync(0, () =>
        {
            entered.SetResult();
            return answer.Task;
        }));
        var run = await scene.StartAsync(workflow, "hello");
        await entered.Task;
        using var patience = new CancellationTokenSource();

        var stopping = run.CancelAsync(patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopping);

        Assert.Equal(RunStatus.Running, run.Status);
        answer.SetCanceled(Scene.Ct);
        Assert.Equal(WorkflowErrorCodes.Stopped, (await Assert.ThrowsAsync<WorkflowRunException>(() => run.Output)).Code);
    }

    [Fact]
    public async Task Stopping_a_run_that_has_ended_changes_nothing()
    {
        await using var scene = new Scene();
        var run = await scene.StartAsync(Waiting(), "hello", "acme");
        answer.SetResult("done");
        await run.Output;

        run.Cancel();
        await run.CancelAsync(Scene.Ct);

        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal("done", await run.Output);
    }

    [Fact]
    public async Task The_token_of_the_start_ends_a_start_that_waits_for_its_credential()
    {
        await using var scene = new Scene();
        using var caller = new CancellationTokenSource();
        var workflow = new TestExecutor<Nothing, string, string>(Written.Describe("choosing", [Written.Main with { HasChooser = true }], Written.Steps("Step")))
        {
            Create = static _ => new Nothing(),
            Chooses = async (_, _, _, ct) =>
            {
                entered.SetResult();
                await Task.Delay(Timeout.Infinite, ct);
                return "acme";
            },
            Body = static (_, emitted, input) => emitted.PlainAsync(0, () => input),
        };

        var starting = scene.StartAsync(workflow, "hello", ct: caller.Token);
        await entered.Task;
        await caller.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        Assert.Equal(caller.Token, error.CancellationToken);
    }

    [Fact]
    public async Task The_token_of_the_start_does_not_stop_a_run_that_has_started()
    {
        await using var scene = new Scene();
        using var caller = new CancellationTokenSource();
        var run = await scene.StartAsync(Waiting(), "hello", "acme", ct: caller.Token);

        await caller.CancelAsync();
        answer.SetResult("done");

        Assert.Equal("done", await run.Output);
    }

    [Fact]
    public async Task Usage_is_there_while_the_run_goes_on()
    {
        await using var scene = new Scene();
        var workflow = Written.Paid(Written.Steps("Ask", "Wait"), async (emitted, input) =>
        {
            await emitted.AskAsync(0, input);
            return await emitted.PlainAsync(1, () =>
            {
                entered.SetResult();
                return answer.Task;
            });
        });

        var run = await scene.StartAsync(workflow, "hello", "acme");
        await entered.Task;

        Assert.Equal(new RunUsage(1, 10, 5), run.Usage);
        answer.SetResult("done");
        await run.Output;
    }

    private TestExecutor<Nothing, string, string> Waiting() => Written.Paid(Written.Steps("Wait"), (emitted, _) => emitted.PlainAsync(0, () =>
    {
        entered.SetResult();
        return answer.Task.WaitAsync(emitted.Token);
    }));

    private static async Task<List<string>> LinesAsync(IAsyncEnumerable<WorkflowEvent> events)
    {
        List<string> lines = [];
        await foreach (var happened in events)
            lines.Add(EventLog.Short(happened));
        return lines;
    }
}
