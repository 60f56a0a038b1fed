using KeyedWorkflows.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Tests.Runtime;

public sealed class AttemptTests
{
    private static readonly ModelCallException Garbled = new(WorkflowErrorCodes.OutputInvalid, "The model's answer is not JSON.");

    [Fact]
    public async Task Output_that_does_not_parse_is_tried_again()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        List<int> attempts = [];
        var workflow = Written.Paid([Written.Step(0, "Ask") with { Attempts = 3 }], (emitted, input) => emitted.StepAsync(0, async scope =>
        {
            attempts.Add(scope.Attempt);
            await scope.ChatClient(0).GetResponseAsync(input, cancellationToken: scope.CancellationToken);
            return scope.Attempt < 3 ? throw Garbled : "third";
        }));

        Assert.Equal("third", await scene.RunAsync(workflow, "hello", null, events, "acme"));

        Assert.Equal([1, 2, 3], attempts);
        Assert.Equal(["run started", "started Ask", "retried Ask: output_invalid", "retried Ask: output_invalid", "finished Ask", "run finished: Succeeded"], events.Lines);
        Assert.Equal([1, 2], events.Events.OfType<StepRetriedEvent>().Select(static happened => happened.Attempt));
        var finished = events.Single<StepFinishedEvent>();
        Assert.Equal(3, finished.Attempt);
        Assert.Equal(new RunUsage(3, 30, 15), finished.Usage);
    }

    [Fact]
    public async Task After_the_last_attempt_the_error_says_which_it_was()
    {
        await using var scene = new Scene();
        var workflow = Written.Paid([Written.Step(0, "Ask") with { Attempts = 2 }], static (emitted, _) => emitted.StepAsync<string>(0, static _ => throw Garbled));

        var error = await scene.FailureAsync(workflow, "hello", "acme");

        Assert.Equal(WorkflowErrorCodes.OutputInvalid, error.Code);
        Assert.Equal(2, error.Attempt);
        Assert.Equal("Ask", error.Step);
    }

    [Theory]
    [InlineData(WorkflowErrorCodes.RateLimited)]
    [InlineData(WorkflowErrorCodes.Unauthorized)]
    [InlineData(WorkflowErrorCodes.OutputTruncated)]
    [InlineData(WorkflowErrorCodes.ContentFiltered)]
    public async Task What_the_model_call_policy_has_judged_already_is_not_tried_again(string code)
    {
        await using var scene = new Scene();
        var attempts = 0;
        var workflow = Written.Paid([Written.Step(0, "Ask") with { Attempts = 3 }], (emitted, _) => emitted.StepAsync<string>(0, _ =>
        {
            attempts++;
            throw new ModelCallException(code, "no");
        }));

        Assert.Equal(code, (await scene.FailureAsync(workflow, "hello", "acme")).Code);

        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task The_authors_own_failure_is_not_tried_again()
    {
        await using var scene = new Scene();
        var attempts = 0;
        var workflow = Written.Plain([Written.Step(0, "Save") with { Attempts = 3 }], (emitted, _) => emitted.StepAsync<string>(0, _ =>
        {
            attempts++;
            throw new InvalidOperationException("no");
        }));

        await scene.FailureAsync(workflow, "hello");

        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task A_step_past_its_time_is_an_error_and_not_a_cancellation()
    {
        await using var scene = new Scene();
        var workflow = Written.Plain([Written.Step(0, "Wait") with { TimeoutSeconds = 2 }], (emitted, _) => emitted.StepAsync(0, scope => PastAsync(scene, scope, 2)));

        var error = await scene.FailureAsync(workflow, "hello");

        Assert.Equal(WorkflowErrorCodes.StepTimedOut, error.Code);
        Assert.Equal("Wait", error.Step);
        Assert.Contains("2 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_attempt_has_the_whole_time()
    {
        await using var scene = new Scene();
        var workflow = Written.Plain([Written.Step(0, "Wait") with { TimeoutSeconds = 2, Attempts = 2 }], (emitted, _) => emitted.StepAsync(0, async scope =>
        {
            if (scope.Attempt == 1)
                return await PastAsync(scene, scope, 2);
            scene.Time.Advance(TimeSpan.FromSeconds(1));
            scope.CancellationToken.ThrowIfCancellationRequested();
            return "in time";
        }));

        Assert.Equal("in time", await scene.RunAsync(workflow, "hello"));
    }

    [Fact]
    public async Task A_step_that_is_in_time_hears_nothing_of_its_time()
    {
        await using var scene = new Scene();
        var workflow = Written.Plain([Written.Step(0, "Quick") with { TimeoutSeconds = 2 }], static async (emitted, input) =>
        {
            var token = CancellationToken.None;
            await emitted.StepAsync(0, scope =>
            {
                token = scope.CancellationToken;
                return Task.FromResult(input);
            });
            return token.IsCancellationRequested ? "cancelled" : "quiet";
        });

        Assert.Equal("quiet", await scene.RunAsync(workflow, "hello"));
    }

    [Fact]
    public async Task A_time_out_in_a_model_call_is_the_steps()
    {
        await using var scene = new Scene();
        scene.Model.Answers(async (_, ct) =>
        {
            scene.Time.Advance(TimeSpan.FromSeconds(2));
            await Task.Delay(Timeout.Infinite, ct);
            return FakeModel.Text("never");
        });
        var workflow = Written.Paid([Written.Step(0, "Ask") with { TimeoutSeconds = 2 }], static (emitted, input) => emitted.AskAsync(0, input));

        var error = await scene.FailureAsync(workflow, "hello", "acme");

        Assert.Equal(WorkflowErrorCodes.StepTimedOut, error.Code);
        Assert.Equal("main", error.Slot);
        Assert.Equal("acme", error.Profile);
    }

    [Fact]
    public async Task The_end_of_the_run_is_not_mistaken_for_the_steps_time_out()
    {
        await using var scene = new Scene();
        var workflow = Written.Plain([Written.Step(0, "Wait") with { TimeoutSeconds = 60, Attempts = 3 }], (emitted, _) => emitted.StepAsync(0, scope => PastAsync(scene, scope, 5)));

        var error = await scene.FailureAsync(workflow, "hello", options: new RunOptions { MaxDuration = TimeSpan.FromSeconds(5) });

        Assert.Equal(WorkflowErrorCodes.TimeLimitReached, error.Code);
    }

    [Fact]
    public async Task MaxCalls_holds_over_all_attempts_of_a_step()
    {
        await using var scene = new Scene();
        var workflow = Written.Paid([Written.Step(0, "Ask") with { MaxCalls = 3, Attempts = 9 }], static (emitted, input) => emitted.StepAsync<string>(0, async scope =>
        {
            var chat = scope.ChatClient(0);
            await chat.GetResponseAsync(input, cancellationToken: scope.CancellationToken);
            await chat.GetResponseAsync(input, cancellationToken: scope.CancellationToken);
            throw Garbled;
        }));

        var error = await scene.FailureAsync(workflow, "hello", "acme");

        Assert.Equal(WorkflowErrorCodes.CallLimitReached, error.Code);
        Assert.Equal(2, error.Attempt);
        Assert.Equal(3, scene.Model.Requests.Count);
        Assert.Contains("MaxCalls", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_retries_of_the_policy_count_as_calls()
    {
        await using var scene = new Scene(static services => Microsoft.Extensions.DependencyInjection.OptionsServiceCollectionExtensions.Configure<ModelCallPolicyOptions>(services, static options =>
        {
            options.MaxRetries = 5;
            options.FirstDelay = TimeSpan.Zero;
        }));
        scene.Model.Otherwise = static (_, _) => throw new ModelCallException(WorkflowErrorCodes.ProviderFailed, "500") { IsTransient = true };
        var workflow = Written.Paid([Written.Step(0, "Ask") with { MaxCalls = 2 }], static (emitted, input) => emitted.AskAsync(0, input));

        var error = await scene.FailureAsync(workflow, "hello", "acme");

        Assert.Equal(WorkflowErrorCodes.CallLimitReached, error.Code);
        Assert.Equal(2, scene.Model.Requests.Count);
    }

    [Fact]
    public async Task A_stream_that_is_tried_again_says_so_after_the_text_that_is_void()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var workflow = Written.Plain([Written.Step(0, "Draft") with { Attempts = 2 }], static async (emitted, _) =>
        {
            emitted.At(0);
            return await emitted.Run.StreamAsync(0, static scope => Pieces(scope.Attempt), emitted.Token);
        });

        Assert.Equal("good", await scene.RunAsync(workflow, "hello", null, events));

        Assert.Equal(["run started", "started Draft", "text Draft: bad", "retried Draft: output_invalid", "text Draft: good", "finished Draft", "run finished: Succeeded"], events.Lines);

        static async IAsyncEnumerable<string> Pieces(int attempt)
        {
            await Task.Yield();
            yield return attempt == 1 ? "bad" : "good";
            if (attempt == 1)
                throw Garbled;
        }
    }

    private static async Task<string> PastAsync(Scene scene, StepScope scope, int seconds)
    {
        scene.Time.Advance(TimeSpan.FromSeconds(seconds));
        await Task.Delay(Timeout.Infinite, scope.CancellationToken);
        return "never";
    }
}
