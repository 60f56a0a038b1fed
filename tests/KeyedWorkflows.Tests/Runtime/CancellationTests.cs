using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Tests.Runtime;

/// <summary>The caller's cancellation is the caller's; a time-out is an error of ours, and never a cancellation.</summary>
public sealed class CancellationTests
{
    private readonly TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task The_callers_cancellation_carries_the_callers_token()
    {
        await using var scene = new Scene();
        using var caller = new CancellationTokenSource();

        var running = scene.RunAsync(Endless(), "hello", "acme", ct: caller.Token);
        await entered.Task;
        await caller.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(caller.Token, error.CancellationToken);
        Assert.True(running.IsCanceled);
    }

    [Fact]
    public async Task It_carries_the_callers_token_also_where_the_run_has_a_token_of_its_own()
    {
        await using var scene = new Scene();
        using var caller = new CancellationTokenSource();

        var running = scene.RunAsync(Endless(), "hello", "acme", new RunOptions { MaxDuration = TimeSpan.FromMinutes(1) }, caller.Token);
        await entered.Task;
        await caller.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(caller.Token, error.CancellationToken);
    }

    [Fact]
    public async Task It_stops_a_model_call_that_was_given_no_token()
    {
        await using var scene = new Scene();
        using var caller = new CancellationTokenSource();
        scene.Model.Answers(async (_, ct) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.Infinite, ct);
            return FakeModel.Text("never");
        });
        var workflow = Written.Paid(Written.Steps("Ask"), static (emitted, input) => emitted.StepAsync(0, async scope =>
            (await scope.ChatClient(0).GetResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, input)], null, CancellationToken.None)).Text));

        var running = scene.RunAsync(workflow, "hello", "acme", ct: caller.Token);
        await entered.Task;
        await caller.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(caller.Token, error.CancellationToken);
    }

    [Fact]
    public async Task No_step_starts_after_it()
    {
        await using var scene = new Scene();
        using var caller = new CancellationTokenSource();
        var second = false;
        var workflow = Written.Plain(Written.Steps("First", "Second"), async (emitted, input) =>
        {
            await emitted.PlainAsync(0, async () =>
            {
                await caller.CancelAsync();
                return input;
            });
            return await emitted.PlainAsync(1, () =>
            {
                second = true;
                return input;
            });
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.RunAsync(workflow, "hello", ct: caller.Token));

        Assert.False(second);
    }

    [Fact]
    public async Task A_cancellation_of_the_authors_own_is_a_failure_of_the_step()
    {
        await using var scene = new Scene();
        var workflow = Written.Plain(Written.Steps("Fetch"), static (emitted, _) => emitted.PlainAsync(0, static () => Task.FromException<string>(new TaskCanceledException("HTTP time-out"))));

        var error = await scene.FailureAsync(workflow, "hello");

        Assert.Equal(WorkflowErrorCodes.StepFailed, error.Code);
        Assert.IsType<TaskCanceledException>(error.InnerException);
    }

    [Fact]
    public async Task A_run_past_its_time_is_an_error_that_names_step_and_limit()
    {
        await using var scene = new Scene();

        var running = scene.RunAsync(Endless(), "hello", "acme", new RunOptions { MaxDuration = TimeSpan.FromSeconds(5) });
        await entered.Task;
        scene.Time.Advance(TimeSpan.FromSeconds(5));

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => running);
        Assert.Equal(WorkflowErrorCodes.TimeLimitReached, error.Code);
        Assert.Equal("Wait", error.Step);
        Assert.True(running.IsFaulted);
    }

    [Fact]
    public async Task A_run_past_its_time_in_a_model_call_is_the_same_error()
    {
        await using var scene = new Scene();
        scene.Model.Answers(async (_, ct) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.Infinite, ct);
            return FakeModel.Text("never");
        });

        var running = scene.RunAsync(Written.Paid(Written.Steps("Ask"), static (emitted, input) => emitted.AskAsync(0, input)), "hello", "acme", new RunOptions { MaxDuration = TimeSpan.FromSeconds(5) });
        await entered.Task;
        scene.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(WorkflowErrorCodes.TimeLimitReached, (await Assert.ThrowsAsync<WorkflowRunException>(() => running)).Code);
    }

    [Fact]
    public async Task The_lower_of_the_workflows_and_the_calls_time_counts_and_is_the_deadline()
    {
        await using var scene = new Scene();
        List<DateTimeOffset?> deadlines = [];
        var steps = Written.Steps("Look");
        var workflow = Written.Of(Written.Describe("limited", [], steps) with { TimeoutSeconds = 60 }, (emitted, input) => emitted.PlainAsync(0, () =>
        {
            deadlines.Add(emitted.Run.Deadline);
            return input;
        }));
        var now = scene.Time.GetUtcNow();

        await scene.RunAsync(workflow, "hello");
        await scene.RunAsync(workflow, "hello", options: new RunOptions { MaxDuration = TimeSpan.FromSeconds(5) });
        await scene.RunAsync(workflow, "hello", options: new RunOptions { MaxDuration = TimeSpan.FromHours(5) });
        await scene.RunAsync(workflow, "hello", options: new RunOptions { MaxDuration = TimeSpan.MaxValue });

        Assert.Equal([now.AddSeconds(60), now.AddSeconds(5), now.AddSeconds(60), now.AddSeconds(60)], deadlines);
    }

    [Fact]
    public async Task A_time_that_no_timer_can_keep_is_no_error()
    {
        await using var scene = new Scene();
        DateTimeOffset? deadline = null;
        var workflow = Written.Plain(Written.Steps("Look"), (emitted, input) => emitted.PlainAsync(0, () =>
        {
            deadline = emitted.Run.Deadline;
            return input;
        }));

        Assert.Equal("hello", await scene.RunAsync(workflow, "hello", options: new RunOptions { MaxDuration = TimeSpan.MaxValue }));
        Assert.Equal(DateTimeOffset.MaxValue, deadline);
    }

    [Fact]
    public async Task Of_a_cancellation_and_a_time_limit_the_first_in_time_counts()
    {
        await using var scene = new Scene();
        using var caller = new CancellationTokenSource();
        var go = new TaskCompletionSource();
        var workflow = Written.Plain(Written.Steps("Stubborn"), (emitted, _) => emitted.PlainAsync<string>(0, async () =>
        {
            entered.SetResult();
            await go.Task;
            emitted.Token.ThrowIfCancellationRequested();
            return "never";
        }));

        var running = scene.RunAsync(workflow, "hello", options: new RunOptions { MaxDuration = TimeSpan.FromSeconds(5) }, ct: caller.Token);
        await entered.Task;
        scene.Time.Advance(TimeSpan.FromSeconds(5));
        await caller.CancelAsync();
        go.SetResult();

        Assert.Equal(WorkflowErrorCodes.TimeLimitReached, (await Assert.ThrowsAsync<WorkflowRunException>(() => running)).Code);
    }

    private TestExecutor<Nothing, string, string> Endless() => Written.Paid(Written.Steps("Wait"), (emitted, _) => emitted.PlainAsync<string>(0, async () =>
    {
        entered.SetResult();
        await Task.Delay(Timeout.Infinite, emitted.Token);
        return "never";
    }));
}
