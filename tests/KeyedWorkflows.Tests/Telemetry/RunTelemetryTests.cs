using System.Diagnostics;
using KeyedWorkflows.Runtime;
using KeyedWorkflows.Tests.Credentials;
using KeyedWorkflows.Tests.Runtime;
using Microsoft.Extensions.AI;
using EventLog = KeyedWorkflows.Tests.Runtime.EventLog;

namespace KeyedWorkflows.Tests.Telemetry;

/// <summary>What <c>UseOpenTelemetry</c> tells of runs and steps, and of what payers use.</summary>
public sealed class RunTelemetryTests : IDisposable
{
    private const string Acme = "keyedworkflows.profile=acme keyedworkflows.tenant=acme";

    private readonly string source = "telemetry-" + Guid.NewGuid().ToString("N");
    private readonly Spans spans;
    private readonly Measurements measured;

    public RunTelemetryTests()
    {
        spans = new(source);
        measured = new(source);
    }

    public void Dispose()
    {
        spans.Dispose();
        measured.Dispose();
    }

    [Fact]
    public async Task A_runs_span_holds_those_of_its_steps_and_they_hold_those_of_the_model_calls()
    {
        await using var scene = Open();
        var workflow = Written.Paid(Written.Steps("Look", "Ask", "Finish"), static async (emitted, input) =>
        {
            var looked = await emitted.PlainAsync(0, () => input);
            var answer = await emitted.AskAsync(1, looked);
            return await emitted.PlainAsync(2, () => answer);
        });

        await scene.RunAsync(workflow, "hello", "acme");

        Assert.Equal(
            [
                "invoke_workflow paid", "invoke_workflow paid > step Look", "invoke_workflow paid > step Ask", "invoke_workflow paid > step Ask > chat",
                "invoke_workflow paid > step Finish",
            ],
            spans.Paths);
    }

    [Fact]
    public async Task Spans_say_whose_run_it_is_by_names_and_how_it_ended()
    {
        await using var scene = Open();
        var events = new EventLog();

        await scene.RunAsync(Asking(), "hello", null, events, "acme");

        var runId = events.Events[0].RunId;
        Assert.Equal(
            [
                "gen_ai.operation.name=invoke_workflow", "gen_ai.workflow.name=paid", "keyedworkflows.profile=acme", "keyedworkflows.run.id=" + runId, "keyedworkflows.status=succeeded",
                "keyedworkflows.tenant=acme", "keyedworkflows.workflow=paid",
            ],
            Tags(spans["invoke_workflow paid"]));
        Assert.Equal(
            ["keyedworkflows.run.id=" + runId, "keyedworkflows.status=succeeded", "keyedworkflows.step.kind=code", "keyedworkflows.step=Ask", "keyedworkflows.workflow=paid"],
            Tags(spans["step Ask"]));
        Assert.All(spans.Ended, static span => Assert.NotEqual(ActivityStatusCode.Error, span.Status));
    }

    [Fact]
    public async Task What_a_step_does_lies_beneath_it()
    {
        await using var scene = Open();
        using var own = new ActivitySource("own-" + source);
        using var seen = new Spans(source, own.Name);
        var workflow = Written.Paid(Written.Steps("Plain", "Managed"), async (emitted, input) =>
        {
            await emitted.PlainAsync(0, async () =>
            {
                await Task.Yield();
                own.StartActivity("in plain")!.Dispose();
                return input;
            });
            return await emitted.StepAsync(1, async _ =>
            {
                await Task.Yield();
                own.StartActivity("in managed")!.Dispose();
                return input;
            });
        });

        await scene.RunAsync(workflow, "hello", "acme");

        Assert.Contains("invoke_workflow paid > step Plain > in plain", seen.Paths);
        Assert.Contains("invoke_workflow paid > step Managed > in managed", seen.Paths);
    }

    [Fact]
    public async Task The_callers_span_is_above_the_runs_and_is_current_again_after_it()
    {
        await using var scene = Open();
        using var host = new ActivitySource("host-" + source);
        using var seen = new Spans(source, host.Name);

        using (var request = host.StartActivity("request"))
        {
            await scene.RunAsync(Asking(), "hello", "acme");
            Assert.Same(request, Activity.Current);
            await foreach (var _ in scene.StreamAsync(Asking(), "hello", "acme"))
                Assert.Same(request, Activity.Current);
            await (await scene.StartAsync(Asking(), "hello", "acme")).Output;
        }

        Assert.Equal(3, seen.Paths.Count(static path => path == "request > invoke_workflow paid"));
    }

    [Fact]
    public async Task A_sub_workflow_lies_beneath_the_step_that_runs_it_and_is_no_run_of_its_own()
    {
        await using var scene = Open();
        var child = Written.Of(Written.Describe("inner", [Written.Main], Written.Steps("Ask")), static (emitted, input) => emitted.AskAsync(0, input));

        await scene.RunAsync(Child.Under(child, [Written.Main], [0]), "hello", "acme");

        Assert.Contains("invoke_workflow outer > step Call > invoke_workflow inner > step Ask > chat", spans.Paths);
        Assert.Equal("Call/Ask", spans["step Ask"].GetTagItem("keyedworkflows.step"));
        Assert.Equal("sub-workflow", spans["step Call"].GetTagItem("keyedworkflows.step.kind"));
        Assert.Equal(["1 " + Run("outer", "succeeded")], measured.Of("keyedworkflows.runs"));
    }

    [Fact]
    public async Task Steps_side_by_side_lie_beside_each_other_and_one_that_another_ended_was_stopped()
    {
        await using var scene = Open();
        var workflow = Written.Paid(Written.Steps("Wait", "Break"), static async (emitted, input) =>
        {
            using var fork = emitted.Run.Fork(emitted.Token);
            await Task.WhenAll(InFork(0, static async scope =>
            {
                await Task.Delay(Timeout.Infinite, scope.CancellationToken);
                return "";
            }), InFork(1, static async _ =>
            {
                await Task.Yield();
                throw new InvalidOperationException("no");
            }));
            fork.ThrowIfFailed();
            return input;

            async Task InFork(int step, Func<StepScope, Task<string>> method)
            {
                try
                {
                    await emitted.StepAsync(step, method, fork.CancellationToken);
                }
                catch (Exception error)
                {
                    fork.Fail(step, error);
                }
            }
        });

        await scene.FailureAsync(workflow, "hello", "acme");

        Assert.Equal("invoke_workflow paid > step Break", Assert.Single(spans.Paths, static path => path.EndsWith("Break", StringComparison.Ordinal)));
        Assert.Equal("invoke_workflow paid > step Wait", Assert.Single(spans.Paths, static path => path.EndsWith("Wait", StringComparison.Ordinal)));
        Assert.Equal(("stopped", null), (spans["step Wait"].GetTagItem("keyedworkflows.status"), spans["step Wait"].GetTagItem("error.type")));
        Assert.Equal(("failed", "step_failed"), (spans["step Break"].GetTagItem("keyedworkflows.status"), spans["step Break"].GetTagItem("error.type")));
    }

    [Fact]
    public async Task A_plain_step_that_fails_beside_one_that_has_failed_keeps_its_own_code()
    {
        await using var scene = Open();
        var workflow = Written.Plain(Written.Steps("First", "Second"), static async (emitted, input) =>
        {
            using var fork = emitted.Run.Fork(emitted.Token);
            emitted.Run.Begin(0, emitted.Token);
            emitted.Run.Begin(1, emitted.Token);
            fork.Fail(0, new InvalidOperationException("no"));
            fork.Fail(1, new WorkflowRunException(WorkflowErrorCodes.OutputInvalid, "no"));
            fork.ThrowIfFailed();
            return await Task.FromResult(input);
        });

        await scene.FailureAsync(workflow, "hello");

        Assert.Equal("step_failed", spans["step First"].GetTagItem("error.type"));
        Assert.Equal("output_invalid", spans["step Second"].GetTagItem("error.type"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Plain_steps_in_one_method_follow_each_other(bool isKept)
    {
        await using var scene = Open();
        var workflow = Written.Plain(Written.Steps("One", "Two", "Three"), static async (emitted, input) =>
        {
            emitted.Run.Begin(0, emitted.Token);
            await emitted.Run.EndAsync(0);
            emitted.Run.Begin(1, emitted.Token);
            await emitted.Run.EndAsync(1, input);
            emitted.Run.Begin(2, emitted.Token);
            await emitted.Run.EndAsync(2, input);
            return input;
        });

        await scene.RunAsync(workflow, "hello", isKept ? new MemoryCheckpoint { Saved = static async (_, _) => await Task.Yield() } : null, null);

        Assert.Equal(["invoke_workflow plain", "invoke_workflow plain > step One", "invoke_workflow plain > step Two", "invoke_workflow plain > step Three"], spans.Paths);
    }

    [Fact]
    public async Task Where_a_calls_span_is_not_sampled_that_of_its_step_is_left_alone()
    {
        spans.Dispose();
        using var some = new Spans(static name => name.StartsWith("chat", StringComparison.Ordinal) ? ActivitySamplingResult.None : ActivitySamplingResult.AllDataAndRecorded, source);
        await using var scene = Open();

        await scene.RunAsync(Asking(), "hello", "acme");

        Assert.Null(some["step Ask"].GetTagItem("keyedworkflows.profile"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_failure_is_its_code_and_no_text(bool isPlain)
    {
        await using var scene = Open();
        var key = scene.Acme.ApiKey!.Reveal();
        var workflow = Written.Paid(Written.Steps("Break"), (emitted, _) => isPlain
            ? emitted.PlainAsync(0, Task<string> () => throw new InvalidOperationException("said " + key))
            : emitted.StepAsync<string>(0, _ => throw new InvalidOperationException("said " + key)));

        await scene.FailureAsync(workflow, "hello", "acme");

        foreach (var span in new[] { spans["invoke_workflow paid"], spans["step Break"] })
        {
            Assert.Equal(ActivityStatusCode.Error, span.Status);
            Assert.Null(span.StatusDescription);
            Assert.Empty(span.Events);
            Assert.Equal("step_failed", span.GetTagItem("error.type"));
            Assert.Equal("failed", span.GetTagItem("keyedworkflows.status"));
        }
        Assert.Equal(["1 error.type=step_failed " + Run("paid", "failed")], measured.Of("keyedworkflows.runs"));
    }

    [Fact]
    public async Task A_run_that_is_refused_is_told_with_the_code_and_without_what_was_asked_for()
    {
        await using var scene = Open();
        var key = "sk-" + Guid.NewGuid().ToString("N");

        await scene.FailureAsync(Asking(), "hello", "nobody");
        await scene.FailureAsync(Asking(), "hello", key);
        await scene.FailureAsync(Asking(), "hello", "acme", new RunOptions { Tenant = key });

        string[] codes = ["profile_not_found", "credential_invalid", "invalid_input"];
        Assert.Equal(codes, spans.Ended.Select(static span => span.GetTagItem("error.type")));
        Assert.Equal(codes.Select(static code => $"1 error.type={code} keyedworkflows.status=failed keyedworkflows.workflow=paid"), measured.Of("keyedworkflows.runs"));
        Assert.All([.. spans.Ended.SelectMany(Tags), .. measured.Lines], line => Assert.DoesNotContain(key, line, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_key_in_the_place_of_a_model_or_a_code_is_shown_by_nothing_of_ours()
    {
        await using var scene = Open();
        var key = "sk-" + Guid.NewGuid().ToString("N");
        var workflow = Written.Paid(Written.Steps("Ask", "Break"), async (emitted, _) =>
        {
            await emitted.StepAsync(0, async scope => (await scope.ChatClient(0, key).GetResponseAsync("hello", null, scope.CancellationToken)).Text);
            return await emitted.StepAsync<string>(1, _ => throw new WorkflowRunException(key, "no"));
        });

        await scene.FailureAsync(workflow, "hello", "acme");

        var ours = spans.Ended.Where(static span => span.Kind == ActivityKind.Internal).SelectMany(Tags).Concat(spans.Calls.SelectMany(Tags).Where(static tag => tag.StartsWith("keyedworkflows", StringComparison.Ordinal)));
        Assert.All([.. ours, .. measured.Lines.Where(static line => line.StartsWith("keyedworkflows", StringComparison.Ordinal))], line => Assert.DoesNotContain(key, line, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(["1 error.type=_OTHER " + Run("paid", "failed")], measured.Of("keyedworkflows.runs"));
    }

    [Fact]
    public async Task What_was_cancelled_is_no_error()
    {
        await using var scene = Open();
        using var caller = new CancellationTokenSource();
        var workflow = Written.Paid(Written.Steps("Wait"), (emitted, _) => emitted.StepAsync(0, async scope =>
        {
            await caller.CancelAsync();
            await Task.Delay(Timeout.Infinite, scope.CancellationToken);
            return "";
        }));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.RunAsync(workflow, "hello", "acme", ct: caller.Token));

        Assert.All(spans.Ended, static span => Assert.Equal(ActivityStatusCode.Unset, span.Status));
        Assert.All(spans.Ended, static span => Assert.Equal("stopped", span.GetTagItem("keyedworkflows.status")));
        Assert.Equal(["1 " + Run("paid", "stopped")], measured.Of("keyedworkflows.runs"));
    }

    [Fact]
    public async Task A_retry_stands_on_its_steps_span_and_an_optional_failure_makes_the_run_partial()
    {
        await using var scene = Open();
        scene.Model.Fails(new ModelCallException(WorkflowErrorCodes.OutputInvalid, "no")).Fails(new ModelCallException(WorkflowErrorCodes.ContentFiltered, "no"));
        var workflow = Written.Paid([Written.Step(0, "Ask") with { Attempts = 2, Optional = true }], static async (emitted, input) =>
            await emitted.Run.OptionalAsync(0, static async scope => (await scope.ChatClient(0).GetResponseAsync("x", null, scope.CancellationToken)).Text, emitted.Token) ?? input);

        await scene.RunAsync(workflow, "hello", "acme");

        var step = spans["step Ask"];
        Assert.Equal("content_filtered", step.GetTagItem("error.type"));
        var retry = Assert.Single(step.Events);
        Assert.Equal("retry", retry.Name);
        Assert.Equal(["error.type=output_invalid", "keyedworkflows.attempt=1"], retry.Tags.Select(static tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal));
        Assert.Equal([null, 2], spans.Calls.Select(static call => call.GetTagItem("keyedworkflows.attempt")));
        Assert.Equal("partial-succeeded", spans["invoke_workflow paid"].GetTagItem("keyedworkflows.status"));
        Assert.Equal(["1 " + Run("paid", "partial-succeeded")], measured.Of("keyedworkflows.runs"));
    }

    [Fact]
    public async Task A_step_that_runs_once_an_element_is_one_span_and_its_calls_name_the_element()
    {
        await using var scene = Open();
        var each = Written.Step(0, "Each") with { IsForEach = true, Concurrency = 2 };
        var workflow = Written.Of(Written.Describe("each", [Written.Main], each), static async (emitted, _) =>
        {
            await emitted.Run.ForEachAsync(0, ["a", "b"], static async (scope, item) => (await scope.ChatClient(0).GetResponseAsync(item, null, scope.CancellationToken)).Text, emitted.Token);
            return "";
        });

        await scene.RunAsync(workflow, "x", "acme");

        Assert.Equal(2, spans.Paths.Count(static path => path == "invoke_workflow each > step Each > chat"));
        Assert.Equal([0, 1], spans.Calls.Select(static call => call.GetTagItem("keyedworkflows.element")).Order());
        Assert.Equal("succeeded", spans["step Each"].GetTagItem("keyedworkflows.status"));
    }

    [Fact]
    public async Task Where_the_runs_span_is_not_sampled_its_steps_have_none_and_it_is_measured_all_the_same()
    {
        spans.Dispose();
        using var none = new Spans(static name => name == "invoke_workflow outer" ? ActivitySamplingResult.None : ActivitySamplingResult.AllDataAndRecorded, source);
        await using var scene = Open();
        var child = Written.Of(Written.Describe("inner", [Written.Main], Written.Steps("Inside")), static (emitted, input) => emitted.PlainAsync(0, () => input));

        await scene.RunAsync(Child.Under(child, [Written.Main], [0]), "hello", "acme");

        Assert.Empty(none.Ended);
        Assert.Single(measured.Of("keyedworkflows.runs"));
    }

    [Fact]
    public async Task A_run_is_measured_by_workflow_profile_and_status()
    {
        await using var scene = Open();
        var workflow = Written.Paid(Written.Steps("Wait"), (emitted, input) => emitted.PlainAsync(0, () =>
        {
            scene.Time.Advance(TimeSpan.FromSeconds(3));
            return input;
        }));

        await scene.RunAsync(workflow, "hello", "acme");
        await scene.RunAsync(workflow, "hello", "house");

        string[] lines = [Run("paid", "succeeded"), "keyedworkflows.profile=house keyedworkflows.status=succeeded keyedworkflows.workflow=paid"];
        Assert.Equal(lines.Select(static line => "3 " + line), measured.Of("keyedworkflows.run.duration"));
        Assert.Equal(lines.Select(static line => "1 " + line), measured.Of("keyedworkflows.runs"));
    }

    [Fact]
    public async Task What_model_calls_use_is_measured_by_payer_under_names_of_its_own()
    {
        await using var scene = Open();

        await scene.RunAsync(Asking(), "hello", "acme");
        await scene.RunAsync(Asking(), "hello", Credential.ApiKey(Profiles.NewKey()));

        const string Call = "gen_ai.operation.name=chat gen_ai.provider.name=fake gen_ai.request.model=model-1";
        Assert.Equal(
            [
                $"10 {Call} gen_ai.token.type=input {Acme} keyedworkflows.workflow=paid", $"5 {Call} gen_ai.token.type=output {Acme} keyedworkflows.workflow=paid",
                $"10 {Call} gen_ai.token.type=input keyedworkflows.workflow=paid", $"5 {Call} gen_ai.token.type=output keyedworkflows.workflow=paid",
            ],
            measured.Of("keyedworkflows.model.tokens"));
        Assert.Equal([$"0 {Call} {Acme} keyedworkflows.workflow=paid", $"0 {Call} keyedworkflows.workflow=paid"], measured.Of("keyedworkflows.model.duration"));

        // Those of the conventions are the layer's alone: once an answer and type.
        Assert.Equal(4, measured.Of("gen_ai.client.token.usage").Count);
        Assert.Equal(2, measured.Of("gen_ai.client.operation.duration").Count);
    }

    [Fact]
    public async Task A_request_that_failed_and_embeddings_are_measured_too()
    {
        await using var scene = Open();
        scene.Model.Fails(new ModelCallException(WorkflowErrorCodes.RateLimited, "slow down"));

        await scene.FailureAsync(Asking(), "hello", "acme");
        await scene.RunAsync(Written.Paid(Written.Steps("Embed"), static (emitted, input) => emitted.StepAsync(0, async scope =>
        {
            await scope.EmbeddingGenerator(0, "embed-1").GenerateAsync([input], null, scope.CancellationToken);
            return input;
        })), "hello", "acme");

        Assert.Equal(
            [
                $"0 error.type=rate_limited gen_ai.operation.name=chat gen_ai.provider.name=fake gen_ai.request.model=model-1 {Acme} keyedworkflows.workflow=paid",
                $"0 gen_ai.operation.name=embeddings gen_ai.provider.name=fake gen_ai.request.model=embed-1 {Acme} keyedworkflows.workflow=paid",
            ],
            measured.Of("keyedworkflows.model.duration"));
        Assert.StartsWith("3 ", Assert.Single(measured.Of("keyedworkflows.model.tokens")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_goes_unobserved_where_nobody_listens_or_telemetry_is_not_set_up()
    {
        spans.Dispose();
        measured.Dispose();
        await using var silent = Open();
        await using var plain = new Scene();
        List<bool> observed = [];
        var workflow = Written.Paid(Written.Steps("Look"), (emitted, input) =>
        {
            observed.Add(emitted.Run.IsObserved);
            return emitted.PlainAsync(0, () => input);
        });

        await silent.RunAsync(workflow, "hello", "acme");
        await plain.RunAsync(workflow, "hello", "acme");

        Assert.Equal([false, false], observed);
    }

    [Fact]
    public async Task A_listener_and_a_checkpoint_work_beside_it()
    {
        await using var scene = Open();
        var events = new EventLog();
        var checkpoint = new MemoryCheckpoint().With("0", "kept");
        var workflow = Written.Paid(Written.Steps("Done", "Ask"), static async (emitted, _) => await emitted.AskAsync(1, await emitted.PlainAsync(0, static () => "again")));

        Assert.Equal("re: kept", await scene.RunAsync(workflow, "hello", checkpoint, events, "acme"));

        Assert.Equal(["run started", "started Ask", "finished Ask", "run finished: Succeeded"], events.Lines);
        Assert.Equal(["invoke_workflow paid", "invoke_workflow paid > step Ask", "invoke_workflow paid > step Ask > chat"], spans.Paths);
    }

    private static TestExecutor<Nothing, string, string> Asking() => Written.Paid(Written.Steps("Ask"), static (emitted, input) => emitted.AskAsync(0, input));

    /// <summary>The tags of a run that acme pays.</summary>
    private static string Run(string workflow, string status) => $"keyedworkflows.profile=acme keyedworkflows.status={status} keyedworkflows.tenant=acme keyedworkflows.workflow={workflow}";

    private static IReadOnlyList<string> Tags(Activity span) => [.. span.TagObjects.Select(static tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal)];

    private Scene Open() => new(services => WorkflowsBuilder.For(services).UseOpenTelemetry(source));
}
