using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Tests.Runtime;

public sealed class SubWorkflowTests
{
    private static readonly SlotDefinition Main = Written.Main;

    private static readonly SlotDefinition Other = new() { Name = "other", Model = "model-2", IsUsed = true };

    [Fact]
    public async Task The_child_runs_under_the_parents_payer_and_reports_to_the_parents_run()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        RunContext? seen = null;
        var child = Inner([Main], Written.Steps("Ask"), (emitted, input) =>
        {
            seen = emitted.Run;
            return emitted.AskAsync(0, input);
        });

        Assert.Equal("re: hello", await scene.RunAsync(Child.Under(child, [Main], [0]), "hello", null, events, "acme"));

        Assert.Equal(["run started", "started Call", "started Call/Ask", "finished Call/Ask", "finished Call", "run finished: Succeeded"], events.Lines);
        Assert.Equal(scene.Acme.ApiKey, Assert.Single(scene.Model.Contexts).ApiKey);
        Assert.Equal("inner", seen!.Workflow);
        Assert.Equal("acme", seen.Tenant);
        Assert.Equal("acme", seen.ProfileName);
        Assert.Equal(events.Events[0].RunId, seen.RunId);
        var call = events.Events.OfType<StepFinishedEvent>().Last();
        Assert.Equal(new RunUsage(1, 10, 5), call.Usage);
        Assert.Equal(new RunUsage(1, 10, 5), events.Single<RunFinishedEvent<string>>().Usage);
    }

    [Fact]
    public async Task Slots_are_mapped_by_place()
    {
        await using var scene = new Scene();
        var child = Inner([Main], Written.Steps("Ask"), static (emitted, input) => emitted.AskAsync(0, input));
        var parent = Child.Under(child, [Main, Other], [1]);

        await scene.Transport.RunAsync(parent, "hello", RunCredentials.PerSlot((Credential)"acme", (Credential)"house"), null, Scene.Ct);

        Assert.Equal("house", Assert.Single(scene.Model.Contexts).ProfileName);
    }

    [Fact]
    public async Task A_childs_failure_that_the_run_went_past_is_known_when_the_run_is_taken_up_again()
    {
        await using var scene = new Scene();
        var checkpoint = new MemoryCheckpoint();
        var events = new EventLog();
        var child = Inner([], [Written.Step(0, "Extra") with { Optional = true }], static async (emitted, _) =>
            await emitted.Run.OptionalAsync<string>(0, static _ => throw new InvalidOperationException("no"), emitted.Token) ?? "absent");

        await scene.RunAsync(Child.Under(child, [], []), "hello", checkpoint, null);
        await scene.RunAsync(Child.Under(child, [], []), "hello", checkpoint, events);

        Assert.Equal(["run started", "run finished: PartialSucceeded"], events.Lines);
    }

    [Fact]
    public async Task A_stream_of_its_that_breaks_is_repeated_by_the_parents_attempts()
    {
        await using var scene = new Scene();
        scene.Model.BeforePiece = (piece, _) => piece == 1 && scene.Model.Requests.Count < 2
            ? Task.FromException(new ModelCallException(WorkflowErrorCodes.ConnectionFailed, "broke") { IsTransient = true })
            : Task.CompletedTask;
        var child = Inner([Main], Written.Steps("Draft"), static (emitted, input) => emitted.Run.StreamAsync(
            0, scope => PromptCall.StreamAsync(scope.ChatClient(0), [new(Microsoft.Extensions.AI.ChatRole.User, input)], new PromptOptions(), scope.CancellationToken), emitted.Token));

        Assert.Equal("re: hello", await scene.RunAsync(Child.Under(child, [Main], [0], static step => step with { Attempts = 2 }), "hello", "acme"));
        Assert.Equal(2, scene.Model.Requests.Count);
    }

    [Fact]
    public async Task Its_own_chooser_and_default_are_not_consulted()
    {
        await using var scene = new Scene();
        var child = new TestExecutor<Nothing, string, string>(Written.Describe("inner", [Main with { HasChooser = true, Default = "house" }], Written.Steps("Ask")))
        {
            Create = static _ => new Nothing(),
            Chooses = static (_, _, _, _) => throw new InvalidOperationException("asked"),
            Body = static (_, emitted, input) => emitted.AskAsync(0, input),
        };

        await scene.RunAsync(Child.Under(child, [Main], [0]), "hello", "acme");

        Assert.Equal("acme", Assert.Single(scene.Model.Contexts).ProfileName);
    }

    [Fact]
    public async Task A_payer_that_the_childs_slot_does_not_take_fails_the_step_before_any_call()
    {
        await using var scene = new Scene();
        var child = Inner([Main with { Providers = ["openai"] }], Written.Steps("Ask"), static (emitted, input) => emitted.AskAsync(0, input));

        var error = await scene.FailureAsync(Child.Under(child, [Main], [0]), "hello", "acme");

        Assert.Equal(WorkflowErrorCodes.ProviderMismatch, error.Code);
        Assert.Equal("Call", error.Step);
        Assert.Equal("acme", error.Profile);
        Assert.NotNull(error.RunId);
        Assert.Empty(scene.Model.Requests);
    }

    [Fact]
    public async Task Its_failure_names_the_run_that_was_called_and_the_path_to_the_step()
    {
        await using var scene = new Scene();
        var child = Inner([], Written.Steps("Break"), static (emitted, _) => emitted.PlainAsync(0, static () => Task.FromException<string>(new InvalidOperationException("no"))));
        var events = new EventLog();

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.RunAsync(Child.Under(child, [], []), "hello", null, events));

        Assert.Equal("outer", error.Workflow);
        Assert.Equal("Call/Break", error.Step);
        Assert.Equal(events.Events[0].RunId, error.RunId);
        Assert.Equal(["run started", "started Call", "started Call/Break", "failed Call/Break: step_failed", "failed Call: step_failed", "run failed: Failed"], events.Lines);
    }

    [Fact]
    public async Task Its_input_is_checked_as_in_a_run_of_its_own()
    {
        await using var scene = new Scene();
        var child = new TestExecutor<Nothing, string, string>(Written.Describe("inner", [], Written.Steps("Echo")))
        {
            Create = static _ => new Nothing(),
            Checks = static (input, ref validator) => validator.Check(input, "Text", new System.ComponentModel.DataAnnotations.StringLengthAttribute(3)),
            Body = static (_, emitted, input) => emitted.PlainAsync(0, () => input),
        };

        var error = await scene.FailureAsync(Child.Under(child, [], []), "hello");

        Assert.Equal(WorkflowErrorCodes.InvalidInput, error.Code);
        Assert.Equal("Call", error.Step);
    }

    [Fact]
    public async Task The_parents_ceilings_hold_for_its_calls_and_its_own_hold_beside_them()
    {
        await using var scene = new Scene();
        var child = Inner([Main], Written.Steps("Ask0", "Ask1", "Ask2"), static async (emitted, input) =>
        {
            await emitted.AskAsync(0, input);
            await emitted.AskAsync(1, input);
            return await emitted.AskAsync(2, input);
        }, maxCalls: 2);

        var own = await scene.FailureAsync(Child.Under(child, [Main], [0]), "hello", "acme");
        var parents = await scene.FailureAsync(Child.Under(child, [Main], [0]), "hello", "acme", new RunOptions { MaxCalls = 1 });

        Assert.Equal((WorkflowErrorCodes.CallLimitReached, "Call/Ask2"), (own.Code, own.Step));
        Assert.Equal((WorkflowErrorCodes.CallLimitReached, "Call/Ask1"), (parents.Code, parents.Step));
        Assert.Equal(3, scene.Model.Requests.Count);
    }

    [Fact]
    public async Task An_optional_child_may_hit_its_own_ceiling_but_not_the_runs()
    {
        await using var scene = new Scene();
        var child = Inner([Main], Written.Steps("Ask"), static (emitted, input) => emitted.AskAsync(0, input), maxCalls: 0, maxTokens: 1);
        var call = Written.Step(0, "Call") with { Optional = true };
        _ = Child.Under(child, [Main], [0]);
        var parent = Written.Of(Written.Describe("outer", [Main], call), static async (emitted, input) =>
            await emitted.Run.OptionalAsync(0, scope => emitted.Run.SubWorkflowAsync<Child, string, string>(scope, input, 0), emitted.Token) ?? "absent");

        Assert.Equal("absent", await scene.RunAsync(parent, "hello", "acme"));
        Assert.Equal(WorkflowErrorCodes.TokenLimitReached, (await scene.FailureAsync(parent, "hello", "acme", new RunOptions { MaxTokens = 1 })).Code);
    }

    [Fact]
    public async Task Its_own_time_limit_is_its_own_and_the_parents_step_time_out_is_the_parents()
    {
        await using var scene = new Scene();
        var seconds = 0;
        var child = Inner([], Written.Steps("Wait"), (emitted, _) => emitted.PlainAsync<string>(0, async () =>
        {
            scene.Time.Advance(TimeSpan.FromSeconds(seconds));
            await Task.Delay(Timeout.Infinite, emitted.Token);
            return "never";
        }), timeoutSeconds: 5);
        var parent = Child.Under(child, [], [], static step => step with { TimeoutSeconds = 3 });

        seconds = 3;
        var parents = await scene.FailureAsync(parent, "hello");
        seconds = 5;
        var own = await scene.FailureAsync(Child.Under(child, [], []), "hello");

        Assert.Equal((WorkflowErrorCodes.StepTimedOut, "Call"), (parents.Code, parents.Step));
        Assert.Equal((WorkflowErrorCodes.TimeLimitReached, "Call/Wait"), (own.Code, own.Step));
    }

    [Fact]
    public async Task The_callers_cancellation_reaches_it_and_comes_back_as_the_callers()
    {
        await using var scene = new Scene();
        using var caller = new CancellationTokenSource();
        var child = Inner([], Written.Steps("Cancel"), (emitted, input) => emitted.PlainAsync(0, async () =>
        {
            await caller.CancelAsync();
            emitted.Token.ThrowIfCancellationRequested();
            return input;
        }), timeoutSeconds: 5);

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.RunAsync(Child.Under(child, [], [], static step => step with { TimeoutSeconds = 9 }), "hello", ct: caller.Token));

        Assert.Equal(caller.Token, error.CancellationToken);
    }

    [Fact]
    public async Task An_optional_step_in_it_that_failed_makes_the_whole_run_partial()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var child = Inner([], [Written.Step(0, "Extra") with { Optional = true }], static async (emitted, _) =>
            await emitted.Run.OptionalAsync<string>(0, static _ => throw new InvalidOperationException("no"), emitted.Token) ?? "absent");

        Assert.Equal("absent", await scene.RunAsync(Child.Under(child, [], []), "hello", null, events));

        Assert.Equal("run finished: PartialSucceeded", events.Lines[^1]);
    }

    [Fact]
    public async Task Its_steps_are_kept_under_the_step_that_runs_it_and_taken_up_from_there()
    {
        await using var scene = new Scene();
        var checkpoint = new MemoryCheckpoint();
        List<string> happened = [];
        var child = Inner([], Written.Steps("First", "Second"), async (emitted, input) =>
        {
            var first = await emitted.PlainAsync(0, () =>
            {
                happened.Add("first");
                return input + "!";
            });
            return await emitted.PlainAsync(1, () =>
            {
                happened.Add("second");
                return first + "!";
            });
        });

        Assert.Equal("hello!!", await scene.RunAsync(Child.Under(child, [], []), "hello", checkpoint, null));
        Assert.Equal(["0 = \"hello!!\"", "0/0 = \"hello!\"", "0/1 = \"hello!!\""], checkpoint.Lines);

        var cutOff = new MemoryCheckpoint().With("0/0", "kept!");
        Assert.Equal("kept!!", await scene.RunAsync(Child.Under(child, [], []), "hello", cutOff, null));
        Assert.Equal(["first", "second", "second"], happened);
    }

    private static TestExecutor<Nothing, string, string> Inner(SlotDefinition[] slots, StepDefinition[] steps, Func<Emitted, string, Task<string>> body, int maxCalls = 0, long maxTokens = 0, int timeoutSeconds = 0) =>
        Written.Of(Written.Describe("inner", slots, steps) with { MaxCalls = maxCalls, MaxTokens = maxTokens, TimeoutSeconds = timeoutSeconds }, body);
}
