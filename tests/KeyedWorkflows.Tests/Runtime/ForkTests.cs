using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Tests.Runtime;

/// <summary>Steps side by side, in the shape that is emitted for a fork: local functions that each put their failure down to their step.</summary>
public sealed class ForkTests
{
    [Fact]
    public async Task Both_sides_start_in_order_on_the_current_thread_and_run_side_by_side()
    {
        await using var scene = new Scene();
        List<string> happened = [];
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var workflow = Forking(
            async (_, _) =>
            {
                happened.Add("left in");
                await both.Task;
                return "left";
            },
            (_, _) =>
            {
                happened.Add("right in");
                both.SetResult();
                return Task.FromResult("right");
            });

        Assert.Equal("left right", await scene.RunAsync(workflow, "hello"));
        Assert.Equal(["left in", "right in"], happened);
    }

    [Fact]
    public async Task The_first_failure_in_time_cancels_the_others_which_are_awaited()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var cleaned = false;
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var workflow = Forking(
            async (_, ct) =>
            {
                waiting.SetResult();
                try
                {
                    await Task.Delay(Timeout.Infinite, ct);
                }
                finally
                {
                    await Task.Yield();
                    cleaned = true;
                }
                return "never";
            },
            async (_, _) =>
            {
                await waiting.Task;
                throw new InvalidOperationException("right");
            });

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.RunAsync(workflow, "hello", null, events));

        Assert.Equal("Right", error.Step);
        Assert.True(cleaned);
        Assert.Equal("Right", events.Single<StepFailedEvent>().Step);
        Assert.DoesNotContain("started Join", events.Lines);
    }

    [Fact]
    public async Task A_later_failure_of_a_sibling_is_not_what_the_run_throws()
    {
        await using var scene = new Scene();
        var workflow = Forking(
            async (_, ct) =>
            {
                var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await using (ct.Register(cancelled.SetResult))
                    await cancelled.Task;
                throw new IOException("left, later");
            },
            static (_, _) => Task.FromException<string>(new InvalidOperationException("right, first")));

        var error = await scene.FailureAsync(workflow, "hello");

        Assert.Equal("Right", error.Step);
        Assert.IsType<InvalidOperationException>(error.InnerException);
    }

    [Fact]
    public async Task The_result_of_a_sibling_that_ends_all_the_same_is_kept()
    {
        await using var scene = new Scene();
        var checkpoint = new MemoryCheckpoint();
        var workflow = Forking(
            static async (_, ct) =>
            {
                var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await using (ct.Register(cancelled.SetResult))
                    await cancelled.Task;
                return "paid already";
            },
            static (_, _) => Task.FromException<string>(new InvalidOperationException("right")));

        await Assert.ThrowsAsync<WorkflowRunException>(() => scene.RunAsync(workflow, "hello", checkpoint, null));

        Assert.Equal(["0 = \"paid already\""], checkpoint.Lines);
    }

    [Fact]
    public async Task A_model_call_beside_a_failure_is_cancelled()
    {
        await using var scene = new Scene();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        scene.Model.Answers(async (_, ct) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, ct);
            return FakeModel.Text("never");
        });
        var workflow = Forking(
            static (emitted, ct) => emitted.AskAsync(0, "hi", ct),
            async (_, _) =>
            {
                await asked.Task;
                throw new InvalidOperationException("right");
            },
            managedLeft: true);

        Assert.Equal("Right", (await scene.FailureAsync(workflow, "hello", "acme")).Step);
    }

    [Fact]
    public async Task The_callers_cancellation_in_a_fork_is_the_callers()
    {
        await using var scene = new Scene();
        using var caller = new CancellationTokenSource();
        var events = new EventLog();
        var workflow = Forking(
            static async (_, ct) =>
            {
                await Task.Delay(Timeout.Infinite, ct);
                return "never";
            },
            async (_, ct) =>
            {
                await caller.CancelAsync();
                ct.ThrowIfCancellationRequested();
                return "never";
            });

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.RunAsync(workflow, "hello", null, events, ct: caller.Token));

        Assert.Equal(caller.Token, error.CancellationToken);
        Assert.Empty(events.Events.OfType<StepFailedEvent>());
        Assert.Equal("run failed: Stopped", events.Lines[^1]);
    }

    [Fact]
    public async Task A_time_limit_in_a_fork_is_an_error_of_the_run()
    {
        await using var scene = new Scene();
        var workflow = Forking(
            static async (_, ct) =>
            {
                await Task.Delay(Timeout.Infinite, ct);
                return "never";
            },
            async (_, ct) =>
            {
                scene.Time.Advance(TimeSpan.FromSeconds(5));
                await Task.Delay(Timeout.Infinite, ct);
                return "never";
            });

        var events = new EventLog();
        var error = await Assert.ThrowsAsync<WorkflowRunException>(() =>
            scene.Transport.RunAsync(workflow, "hello", RunCredentials.None, new RunOptions { MaxDuration = TimeSpan.FromSeconds(5) }, null, events, Scene.Ct));

        // Both sides end with the run: which is first in time, and whether the other has failed of the limit by then, is chance; but it is one of those that were under way.
        Assert.Equal(WorkflowErrorCodes.TimeLimitReached, error.Code);
        Assert.Contains(error.Step, new[] { "Left", "Right" });
        Assert.Contains(error.Step, events.Events.OfType<StepFailedEvent>().Select(static failed => failed.Step));
    }

    [Fact]
    public async Task A_time_limit_that_one_side_meets_is_not_put_down_to_the_side_that_has_ended()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var workflow = Forking(
            static (_, _) => Task.FromResult("left"),
            async (_, ct) =>
            {
                scene.Time.Advance(TimeSpan.FromSeconds(5));
                await Task.Delay(Timeout.Infinite, ct);
                return "never";
            });

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() =>
            scene.Transport.RunAsync(workflow, "hello", RunCredentials.None, new RunOptions { MaxDuration = TimeSpan.FromSeconds(5) }, null, events, Scene.Ct));

        Assert.Equal((WorkflowErrorCodes.TimeLimitReached, "Right"), (error.Code, error.Step));
        Assert.Equal("Right", events.Single<StepFailedEvent>().Step);
    }

    [Fact]
    public async Task No_step_starts_in_a_fork_that_has_failed()
    {
        await using var scene = new Scene();
        var started = false;
        var workflow = Forking(
            static (_, _) => Task.FromException<string>(new InvalidOperationException("left")),
            (_, _) =>
            {
                started = true;
                return Task.FromResult("right");
            });

        Assert.Equal("Left", (await scene.FailureAsync(workflow, "hello")).Step);
        Assert.False(started);
    }

    private static TestExecutor<Nothing, string, string> Forking(Func<Emitted, CancellationToken, Task<string>> left, Func<Emitted, CancellationToken, Task<string>> right, bool managedLeft = false) =>
        Written.Of(Written.Describe("fork", managedLeft ? [Written.Main] : [], Written.Steps("Left", "Right", "Join")), async (emitted, _) =>
        {
            string? one = null;
            string? other = null;
            using (var fork = emitted.Run.Fork(emitted.Token))
            {
                var first = LeftAsync();
                var second = RightAsync();
                await first;
                await second;
                fork.ThrowIfFailed();

                async Task LeftAsync()
                {
                    try
                    {
                        if (managedLeft)
                        {
                            one = await left(emitted, fork.CancellationToken);
                            return;
                        }
                        emitted.Run.Begin(0, fork.CancellationToken);
                        one = await left(emitted, fork.CancellationToken);
                        if (emitted.Run.IsObserved)
                            await emitted.Run.EndAsync(0, one);
                    }
                    catch (Exception error)
                    {
                        fork.Fail(0, error);
                    }
                }

                async Task RightAsync()
                {
                    try
                    {
                        emitted.Run.Begin(1, fork.CancellationToken);
                        other = await right(emitted, fork.CancellationToken);
                        if (emitted.Run.IsObserved)
                            await emitted.Run.EndAsync(1, other);
                    }
                    catch (Exception error)
                    {
                        fork.Fail(1, error);
                    }
                }
            }
            return await emitted.PlainAsync(2, () => $"{one} {other}");
        });
}
