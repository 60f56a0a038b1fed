using KeyedWorkflows.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Tests.Runtime;

public sealed class StreamedRunTests
{
    private readonly TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task The_last_event_carries_the_typed_output()
    {
        await using var scene = new Scene();
        answer.SetResult("done");
        List<WorkflowEvent> events = [];

        await foreach (var happened in scene.StreamAsync(Waiting(), "hello", "acme"))
            events.Add(happened);

        Assert.Equal(["run started", "started Wait", "finished Wait", "run finished: Succeeded"], events.Select(EventLog.Short));
        Assert.Equal("done", Assert.IsType<RunFinishedEvent<string>>(events[^1]).Output);
    }

    [Fact]
    public async Task Nothing_runs_before_the_enumeration_starts()
    {
        await using var scene = new Scene();

        var events = scene.StreamAsync(Waiting(), "hello", "acme");

        Assert.False(entered.Task.IsCompleted);
        answer.SetResult("done");
        await foreach (var _ in events)
        {
        }
        Assert.True(entered.Task.IsCompleted);
    }

    [Fact]
    public async Task A_run_that_fails_yields_its_failure_and_then_throws_it()
    {
        await using var scene = new Scene();
        answer.SetException(new InvalidOperationException("no"));
        List<WorkflowEvent> events = [];

        var error = await Assert.ThrowsAsync<WorkflowRunException>(async () =>
        {
            await foreach (var happened in scene.StreamAsync(Waiting(), "hello", "acme"))
                events.Add(happened);
        });

        Assert.Equal(WorkflowErrorCodes.StepFailed, error.Code);
        Assert.Same(error, Assert.IsType<RunFailedEvent>(events[^1]).Error);
    }

    [Theory]
    [InlineData("its own token")]
    [InlineData("the run")]
    public async Task A_models_stream_that_falls_silent_ends_with_its_own_token_and_with_the_run(string cause)
    {
        await using var scene = new Scene();
        using var own = new CancellationTokenSource();
        var silent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        scene.Model.Answers("one two").BeforePiece = (piece, ct) =>
        {
            if (piece == 0)
                return Task.CompletedTask;
            silent.SetResult();
            return Task.Delay(Timeout.Infinite, ct);
        };
        var workflow = Written.Paid(Written.Steps("Read"), (emitted, input) => emitted.StepAsync(0, async scope =>
        {
            var text = "";
            await foreach (var update in scope.ChatClient(0).GetStreamingResponseAsync(input, cancellationToken: own.Token))
                text += update.Text;
            return text;
        }));

        var run = await scene.StartAsync(workflow, "hello", "acme");
        await silent.Task;
        if (cause == "the run")
        {
            await run.CancelAsync(Scene.Ct);
            Assert.Equal(WorkflowErrorCodes.Stopped, (await Assert.ThrowsAsync<WorkflowRunException>(() => run.Output)).Code);
        }
        else
        {
            await own.CancelAsync();
            Assert.Equal(WorkflowErrorCodes.StepFailed, (await Assert.ThrowsAsync<WorkflowRunException>(() => run.Output)).Code);
        }
    }

    [Fact]
    public async Task A_run_that_is_refused_throws_as_well()
    {
        await using var scene = new Scene();

        var error = await Assert.ThrowsAsync<WorkflowRunException>(async () =>
        {
            await foreach (var _ in scene.StreamAsync(Waiting(), "hello", "unknown"))
            {
            }
        });

        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, error.Code);
    }

    [Fact]
    public async Task Leaving_the_enumeration_stops_the_run_and_waits_until_its_steps_have_ended()
    {
        await using var scene = new Scene();
        var workflow = Written.Plain(Written.Steps("Wait"), (emitted, _) => emitted.PlainAsync(0, async () =>
        {
            var cancelled = new TaskCompletionSource();
            await using (emitted.Token.Register(cancelled.SetResult))
                await cancelled.Task;
            entered.SetResult();
            return await answer.Task;
        }));

        var leaving = LeaveAsync();
        await entered.Task;
        for (var turn = 0; turn < 50; turn++)
            await Task.Yield();

        Assert.False(leaving.IsCompleted);
        answer.SetResult("cleaned up");
        await leaving;

        async Task LeaveAsync()
        {
            await foreach (var happened in scene.StreamAsync(workflow, "hello"))
            {
                if (happened is StepStartedEvent)
                    break;
            }
        }
    }

    [Fact]
    public async Task The_callers_token_stops_the_run_and_comes_back()
    {
        await using var scene = new Scene();
        using var caller = new CancellationTokenSource();
        List<string> lines = [];

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var happened in scene.StreamAsync(Waiting(), "hello", "acme", ct: caller.Token))
            {
                lines.Add(EventLog.Short(happened));
                if (happened is StepStartedEvent)
                    await caller.CancelAsync();
            }
        });

        Assert.Equal(caller.Token, error.CancellationToken);
        Assert.Equal(["run started", "started Wait", "run failed: Stopped"], lines);
    }

    [Fact]
    public async Task A_slow_reader_does_not_hold_the_run_up()
    {
        await using var scene = new Scene();
        answer.SetResult("done");
        var finished = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var workflow = Written.Plain(Written.Steps("First", "Last"), async (emitted, input) =>
        {
            await emitted.PlainAsync(0, () => input);
            await emitted.PlainAsync(1, () => input);
            finished.SetResult();
            return input;
        });

        var read = 0;
        await foreach (var _ in scene.StreamAsync(workflow, "hello"))
        {
            // The first event is held until the last step has ended.
            if (read++ == 0)
                await finished.Task;
        }

        Assert.Equal(6, read);
    }

    private TestExecutor<Nothing, string, string> Waiting() => Written.Paid(Written.Steps("Wait"), (emitted, _) => emitted.PlainAsync(0, () =>
    {
        entered.SetResult();
        return answer.Task.WaitAsync(emitted.Token);
    }));
}
