using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Testing.Tests;

public sealed class WorkflowTestHostTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_workflow_runs_without_a_word_of_script()
    {
        await using var host = Host();
        var run = await host.RunAsync(new Ticket("Where is my order?"), Token);

        run.AssertSucceeded().AssertRan("Classify", "FindOrders", "Draft", "Finish").AssertSkipped("Escalate").AssertBoundTo("scripted", CredentialSource.HostDefault).AssertCalls(2);
        Assert.Equal(ScriptedModels.DefaultText, run.Output.Text);
        Assert.Equal("text", run.Output.Topic);
    }

    [Fact]
    public async Task A_step_answers_what_its_script_says()
    {
        await using var host = Host();
        host.Step("Classify").AnswerJson(new Topic("billing", Mood.Angry));
        host.Step("Draft").Stream("Dear ", "client");

        var run = await host.RunAsync(new Ticket("Where is my order?", Urgent: true), Token);

        Assert.Equal(new Reply("Dear client", "billing", "billing-desk"), run.Output);
        Assert.Equal("Dear client", run.Step("Draft").StreamedText);
        Assert.Equal(new Topic("billing", Mood.Angry), run.Step("Classify").Output);
        Assert.Equal(["Dear ", "client"], run.Events.OfType<TextDeltaEvent>().Select(delta => delta.Text));
        run.AssertRan("Escalate", "IsUrgent").AssertOrder("Classify", "Draft");
    }

    [Fact]
    public async Task What_a_step_asked_can_be_read()
    {
        await using var host = Host(new Order("A-1"));
        host.Step("Classify").AnswerJson(new Topic("delivery", Mood.Calm));
        var run = await host.RunAsync(new Ticket("Where is my order?"), Token);

        run.AssertPrompt("Classify", "Which topic", "Where is my order?").AssertPrompt("Draft", "(delivery)", "A-1").AssertPromptWithout("Classify", "A-1");
        var draft = Assert.Single(run.RequestsOf("Draft"));
        Assert.Equal(("You are a support agent.", "gpt-test", true, ""), (draft.SystemMessage, draft.Model, draft.IsStreaming, draft.Key));
        Assert.Equal(new ModelCallSite(run.RunId, "support-reply", "Draft", "main", "scripted", 1, null), draft.Site);
    }

    [Fact]
    public async Task Usage_is_what_the_answers_say()
    {
        await using var host = Host();
        host.Step("Classify").Answer(ModelAnswer.Text("""{"name":"x","mood":"Calm"}""") with { Tokens = new ModelTokens(100, 10, Cached: 40) });
        host.Step("Draft").Answer(ModelAnswer.Text("Hello") with { Tokens = new ModelTokens(200, 20, Reasoning: 5) });
        var run = await host.RunAsync(new Ticket("?"), Token);

        Assert.Equal(new RunUsage { Calls = 2, InputTokens = 300, OutputTokens = 30, CachedInputTokens = 40, ReasoningTokens = 5 }, run.Usage);
        Assert.Equal(new RunUsage { Calls = 1, InputTokens = 200, OutputTokens = 20, ReasoningTokens = 5 }, run.Step("Draft").Usage);
    }

    [Fact]
    public async Task The_credential_of_the_call_pays()
    {
        await using var host = WorkflowTestHost.Create<SupportReply, Ticket, Reply>(workflows =>
        {
            workflows.Services.AddSingleton<IOrderBook>(new OrderBook());
            workflows.AddScriptedProfile("client_a", "a").AddScriptedProfile("client_b", "b");
        });
        host.Models.ForProfile("client_b").Answer(ModelAnswer.Text("""{"name":"for b","mood":"Calm"}"""));

        var a = await host.RunAsync(new Ticket("?"), "client_a", cancellationToken: Token);
        var b = await host.RunAsync(new Ticket("?"), new Dictionary<string, Credential> { ["main"] = Credential.Tenant("b") }, cancellationToken: Token);
        var key = await host.RunAsync(new Ticket("?"), Credential.ApiKey("key-" + Guid.NewGuid().ToString("N")), cancellationToken: Token);

        a.AssertBoundTo("client_a", CredentialSource.Call, "main");
        b.AssertBoundTo("client_b");
        key.AssertSucceeded().AssertBoundTo(null, CredentialSource.Call);
        Assert.Equal(("text", "for b"), (a.Output.Topic, b.Output.Topic));
        Assert.Equal(("a", "b"), (a.Binding!.Tenant, b.Binding!.Tenant));
    }

    [Fact]
    public async Task A_run_that_is_refused_is_a_run_that_can_be_asked()
    {
        await using var host = Host();
        var run = await host.RunAsync(new Ticket("?"), "nobody", cancellationToken: Token);

        run.AssertFailed(WorkflowErrorCodes.ProfileNotFound).AssertCalls(0);
        Assert.Null(run.Binding);
        Assert.All(run.Steps, step => Assert.Equal(StepOutcome.NotReached, step.Outcome));
        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, Assert.Throws<WorkflowRunException>(() => run.Output).Code);
    }

    [Fact]
    public async Task A_fault_of_the_script_fails_the_step_as_a_providers_would()
    {
        await using var host = Host();
        host.Step("Draft").Fail(ModelServerFault.InsufficientQuota());
        var run = await host.RunAsync(new Ticket("?"), Token);

        run.AssertFailed(WorkflowErrorCodes.QuotaExceeded, "Draft").AssertRan("Classify");
        Assert.Equal((StepOutcome.Failed, WorkflowErrorCodes.QuotaExceeded), (run.Step("Draft").Outcome, run.Step("Draft").ErrorCode));
        Assert.Equal(StepOutcome.NotReached, run.Step("Finish").Outcome);
    }

    [Fact]
    public async Task A_fault_that_passes_is_tried_again_at_once()
    {
        await using var host = Host();
        host.Models.FailNext(ModelServerFault.RateLimited(), times: 2);
        var run = await host.RunAsync(new Ticket("?"), Token);

        run.AssertSucceeded().AssertCalls(4);
        Assert.Equal(3, run.RequestsOf("Classify").Count);
    }

    [Fact]
    public async Task An_answer_that_does_not_parse_is_asked_for_again()
    {
        await using var host = Host();
        host.Step("Classify").Script("no JSON", """{"name":"second","mood":"Calm"}""");
        var run = await host.RunAsync(new Ticket("?"), Token);

        Assert.Equal("second", run.Output.Topic);
        Assert.Equal(2, run.Step("Classify").Attempts);
        Assert.Equal([1, 2], run.RequestsOf("Classify").Select(request => request.Site!.Attempt));
    }

    [Fact]
    public async Task Runs_at_once_keep_their_requests_apart()
    {
        await using var host = Host();
        var runs = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => host.RunAsync(new Ticket($"ticket {number};"), Token)));

        Assert.All(runs, (run, number) => run.AssertCalls(2).AssertPrompt("Classify", $"ticket {number};").AssertPrompt("Draft", $"ticket {number};"));
        Assert.All(runs, run => Assert.Equal(2, run.Requests.Count));
    }

    [Fact]
    public async Task A_configuration_of_the_tests_own_takes_the_place_of_the_defaults()
    {
        await using var host = WorkflowTestHost.Create<SupportReply, Ticket, Reply>(workflows =>
        {
            workflows.Services.AddSingleton<IOrderBook>(new OrderBook());
            workflows.UseConfiguration(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["KeyedWorkflows:Profiles:client_a:Provider"] = "openai",
                ["KeyedWorkflows:Profiles:client_a:ApiKey"] = "key-" + Guid.NewGuid().ToString("N"),
                ["KeyedWorkflows:Profiles:client_b:Provider"] = "another",
            }).Build());
        });

        (await host.RunAsync(new Ticket("?"), Token)).AssertFailed(WorkflowErrorCodes.CredentialMissing);
        (await host.RunAsync(new Ticket("?"), "client_a", cancellationToken: Token)).AssertSucceeded();
        (await host.RunAsync(new Ticket("?"), "client_b", cancellationToken: Token)).AssertFailed(WorkflowErrorCodes.ProviderMismatch);
        var explained = await host.ExplainAsync(new Ticket("?"), "client_a", Token);
        Assert.Equal((true, "client_a"), (explained.CanRun, explained.Slots.Single().ProfileName));
    }

    [Fact]
    public async Task A_missing_service_is_said_by_the_run()
    {
        await using var host = WorkflowTestHost.Create<SupportReply, Ticket, Reply>();
        var run = await host.RunAsync(new Ticket("?"), Token);

        run.AssertFailed(WorkflowErrorCodes.HostMisconfigured);
        Assert.Contains("IOrderBook", run.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_or_slot_that_is_not_there_is_said_at_once()
    {
        await using var host = Host();

        Assert.Contains("Classify, FindOrders, Draft", Assert.Throws<ArgumentException>(() => host.Step("Clasify")).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => host.RunAsync(new Ticket("?"), new Dictionary<string, Credential> { ["other"] = "scripted" }, cancellationToken: Token));
    }

    [Fact]
    public async Task The_callers_cancellation_ends_the_run()
    {
        await using var host = Host();
        ModelServerGate gate = new();
        host.Step("Draft").HoldUntil(gate).Answer("late");
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = host.RunAsync(new Ticket("?"), source.Token);
        await gate.ArrivedAsync(1, Token);
        await source.CancelAsync();

        var run = await running;
        Assert.Equal((RunStatus.Stopped, StepOutcome.Stopped), (run.Status, run.Step("Draft").Outcome));
        Assert.IsAssignableFrom<OperationCanceledException>(run.Error);
    }

    internal static WorkflowTestHost<Ticket, Reply> Host(params Order[] orders) =>
        WorkflowTestHost.Create<SupportReply, Ticket, Reply>(workflows => workflows.Services.AddSingleton<IOrderBook>(new OrderBook(orders)));
}
