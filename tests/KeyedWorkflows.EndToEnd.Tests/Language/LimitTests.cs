using KeyedWorkflows.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace KeyedWorkflows.EndToEnd.Tests.Language;

/// <summary>Retries, time-outs and ceilings.</summary>
public sealed partial class LimitTests
{
    [Fact]
    public async Task Faults_of_the_transport_are_retried_in_one_place_and_counted_as_calls()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.FailNext(ModelServerFault.RateLimited(TimeSpan.Zero));
        desk.Server.FailNext(ModelServerFault.ServerError(503));
        desk.Server.FailNext(ModelServerFault.CutConnection());

        var run = await desk.Client<IAskedClient>().StartAsync("x", "acme", ServiceDesk.Ct);
        await run.Output;

        Assert.Equal(4, desk.Server.Requests.Count);
        Assert.Equal(4, run.Usage.Calls);
    }

    [Fact]
    public async Task What_does_not_pass_is_a_typed_error_after_the_policys_retries()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.When(static _ => true).Fail(ModelServerFault.ServerError());

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IAskedClient>().RunAsync("x", "acme", ServiceDesk.Ct));

        Assert.Equal((WorkflowErrorCodes.ProviderFailed, 500, "Ask", "main", "acme"), (error.Code, error.StatusCode, error.Step, error.Slot, error.Profile));
        Assert.Equal(4, desk.Server.Requests.Count);
    }

    [Fact]
    public async Task A_steps_attempts_are_the_authors_word()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.When(static _ => true).AnswerJson("""{"data":"no number"}""");

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IThriceClient>().RunAsync("x", "acme", ServiceDesk.Ct));

        Assert.Equal((WorkflowErrorCodes.OutputInvalid, 3), (error.Code, error.Attempt));
        Assert.Equal(3, desk.Server.Requests.Count);
    }

    [Fact]
    public async Task MaxCalls_holds_over_attempts_and_retries()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.When(static _ => true).Fail(ModelServerFault.ServerError());

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IFrugalClient>().RunAsync("x", "acme", ServiceDesk.Ct));

        Assert.Equal(WorkflowErrorCodes.CallLimitReached, error.Code);
        Assert.Equal(2, desk.Server.Requests.Count);
    }

    [Fact]
    public async Task A_step_past_its_time_is_tried_again_and_then_an_error_that_is_no_cancellation()
    {
        var time = new FakeTimeProvider();
        await using var desk = await ServiceDesk.OpenAsync(builder => builder.Services.AddSingleton<TimeProvider>(time));
        var gate = new ModelServerGate();
        desk.Server.When(static _ => true).HoldUntil(gate).Answer("late");

        var running = desk.Client<IImpatientClient>().RunAsync("x", "acme", ServiceDesk.Ct);
        await gate.ArrivedAsync(1, ServiceDesk.Ct);
        time.Advance(TimeSpan.FromSeconds(5));
        await gate.ArrivedAsync(2, ServiceDesk.Ct);
        time.Advance(TimeSpan.FromSeconds(5));

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => running);
        Assert.Equal((WorkflowErrorCodes.StepTimedOut, "Ask", 2, "acme"), (error.Code, error.Step, error.Attempt, error.Profile));
    }

    [Fact]
    public async Task The_workflows_time_is_a_ceiling_for_the_run()
    {
        var time = new FakeTimeProvider();
        await using var desk = await ServiceDesk.OpenAsync(builder => builder.Services.AddSingleton<TimeProvider>(time));
        var gate = new ModelServerGate();
        desk.Server.When(static _ => true).HoldUntil(gate).Answer("late");

        var running = desk.Client<ICappedClient>().RunAsync("x", "acme", ServiceDesk.Ct);
        await gate.ArrivedAsync(1, ServiceDesk.Ct);
        time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(WorkflowErrorCodes.TimeLimitReached, (await Assert.ThrowsAsync<WorkflowRunException>(() => running)).Code);
    }

    [Fact]
    public async Task The_workflows_calls_and_tokens_are_ceilings_whose_usage_is_booked()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.When(static _ => true).Answer(ModelAnswer.Text("ok") with { Tokens = new(40, 20) });

        var calls = await desk.Client<ICappedClient>().StartAsync("x", "acme", ServiceDesk.Ct);
        var tokens = await desk.Client<ICappedClient>().StartAsync("x", "bravo", new RunOptions { MaxTokens = 50 }, ServiceDesk.Ct);

        Assert.Equal(WorkflowErrorCodes.CallLimitReached, (await Assert.ThrowsAsync<WorkflowRunException>(() => calls.Output)).Code);
        Assert.Equal(new RunUsage(2, 80, 40), calls.Usage);
        Assert.Equal(WorkflowErrorCodes.TokenLimitReached, (await Assert.ThrowsAsync<WorkflowRunException>(() => tokens.Output)).Code);
        Assert.Equal(new RunUsage(1, 40, 20), tokens.Usage);
        Assert.Equal((2, 1), (desk.Server.Usage(desk.AcmeKey).Requests, desk.Server.Usage(desk.BravoKey).Requests));
    }

    [Fact]
    public async Task A_caller_who_cancels_gets_its_own_token_back_and_the_call_ends()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        using var caller = new CancellationTokenSource();
        var gate = new ModelServerGate();
        desk.Server.When(static _ => true).HoldUntil(gate).Answer("late");

        var running = desk.Client<IAskedClient>().RunAsync("x", "acme", caller.Token);
        await gate.ArrivedAsync(1, ServiceDesk.Ct);
        await caller.CancelAsync();

        Assert.Equal(caller.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running)).CancellationToken);
    }

    [Fact]
    public async Task A_stream_that_is_tried_again_says_so_before_its_text_comes_anew()
    {
        var time = new FakeTimeProvider();
        await using var desk = await ServiceDesk.OpenAsync(builder => builder.Services.AddSingleton<TimeProvider>(time));
        var gate = new ModelServerGate();
        desk.Server.When(static _ => true).Times(1).HoldUntil(gate, afterChunks: 1).Stream("half", "never");
        desk.Server.When(static _ => true).Stream("whole");
        List<string> lines = [];

        await foreach (var happened in desk.Client<IImpatientStoryClient>().StreamAsync("x", "acme", ServiceDesk.Ct))
        {
            lines.Add(EventText.Of(happened));
            if (happened is TextDeltaEvent { Text: "half" })
                time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(["run started", "started Tell", "text Tell: half", "retried Tell: step_timed_out", "text Tell: whole", "finished Tell", "run finished: Succeeded"], lines);
    }

    [Workflow("asked")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class Asked : IWorkflow<string, string>
    {
        [Prompt("{{text}}")]
        public partial Task<string> Ask(string text, IChatClient chat, CancellationToken ct);
    }

    [Workflow("thrice")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class Thrice : IWorkflow<string, int>
    {
        [Prompt("{{text}}", Attempts = 3)]
        public partial Task<int> Count(string text, IChatClient chat, CancellationToken ct);
    }

    [Workflow("frugal")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class Frugal : IWorkflow<string, string>
    {
        [Prompt("{{text}}", MaxCalls = 2)]
        public partial Task<string> Ask(string text, IChatClient chat, CancellationToken ct);
    }

    [Workflow("impatient")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class Impatient : IWorkflow<string, string>
    {
        [Prompt("{{text}}", TimeoutSeconds = 5, Attempts = 2)]
        public partial Task<string> Ask(string text, IChatClient chat, CancellationToken ct);
    }

    [Workflow("impatient-story")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class ImpatientStory : IWorkflow<string, string>
    {
        [Prompt("{{text}}", TimeoutSeconds = 5, Attempts = 2)]
        public partial IAsyncEnumerable<string> Tell(string text, IChatClient chat, CancellationToken ct);
    }

    [Workflow("capped", TimeoutSeconds = 30, MaxCalls = 2, MaxTokens = 1000)]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class Capped : IWorkflow<string, string>
    {
        [Prompt("1 {{text}}")]
        public partial Task<string> First([FromInput] string text, IChatClient chat, CancellationToken ct);

        [Prompt("2 {{text}}")]
        public partial Task<string> Second([From(nameof(First))] string text, IChatClient chat, CancellationToken ct);

        [Prompt("3 {{text}}")]
        public partial Task<string> Third([From(nameof(Second))] string text, IChatClient chat, CancellationToken ct);
    }
}
