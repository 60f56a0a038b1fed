using KeyedWorkflows.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Tests.Runtime;

/// <summary>Ceilings of calls and tokens. Each call of the fake model uses 10 tokens in and 5 out.</summary>
public sealed class CeilingTests
{
    [Fact]
    public async Task A_run_makes_no_more_calls_than_it_may()
    {
        await using var scene = new Scene();

        var error = await scene.FailureAsync(Asking(5), "hello", "acme", new RunOptions { MaxCalls = 2 });

        Assert.Equal(WorkflowErrorCodes.CallLimitReached, error.Code);
        Assert.Equal("Ask2", error.Step);
        Assert.Equal(2, scene.Model.Requests.Count);
    }

    [Fact]
    public async Task As_many_calls_as_it_may_are_no_error()
    {
        await using var scene = new Scene();

        Assert.Equal("re: hello", await scene.RunAsync(Asking(2), "hello", "acme", new RunOptions { MaxCalls = 2 }));
    }

    [Fact]
    public async Task A_run_past_its_tokens_ends_after_the_step_whose_result_it_has_paid_for()
    {
        await using var scene = new Scene();
        var checkpoint = new MemoryCheckpoint();
        var events = new EventLog();

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.Transport.RunAsync(
            Asking(5), "hello", RunCredentials.For("acme"), new RunOptions { MaxTokens = 20 }, checkpoint, events, Scene.Ct));

        Assert.Equal(WorkflowErrorCodes.TokenLimitReached, error.Code);
        Assert.Equal("Ask1", error.Step);
        Assert.Equal(2, scene.Model.Requests.Count);
        Assert.Equal(["0 = \"re: hello\"", "1 = \"re: hello\""], checkpoint.Lines);
        Assert.Equal(new RunUsage(2, 20, 10), events.Single<RunFailedEvent>().Usage);
    }

    [Fact]
    public async Task As_many_tokens_as_it_may_are_no_error()
    {
        await using var scene = new Scene();

        Assert.Equal("re: hello", await scene.RunAsync(Asking(2), "hello", "acme", new RunOptions { MaxTokens = 30 }));
    }

    [Fact]
    public async Task The_lower_of_the_workflows_and_the_calls_ceiling_counts()
    {
        await using var scene = new Scene();
        var workflow = Written.Of(Written.Describe("capped", [Written.Main], Written.Steps("Ask0", "Ask1", "Ask2")) with { MaxCalls = 1 }, static async (emitted, input) =>
        {
            await emitted.AskAsync(0, input);
            return await emitted.AskAsync(1, input);
        });

        Assert.Equal(WorkflowErrorCodes.CallLimitReached, (await scene.FailureAsync(workflow, "hello", "acme")).Code);
        Assert.Equal(WorkflowErrorCodes.CallLimitReached, (await scene.FailureAsync(workflow, "hello", "acme", new RunOptions { MaxCalls = 9 })).Code);
        Assert.Equal(2, scene.Model.Requests.Count);
        Assert.Equal(WorkflowErrorCodes.CallLimitReached, (await scene.FailureAsync(workflow, "hello", "acme", new RunOptions { MaxCalls = 0 })).Code);
        Assert.Equal(2, scene.Model.Requests.Count);
    }

    [Fact]
    public async Task A_step_that_swallows_the_error_of_a_ceiling_ends_the_run_all_the_same()
    {
        await using var scene = new Scene();
        var workflow = Written.Paid(Written.Steps("Greedy"), static (emitted, input) => emitted.StepAsync(0, async scope =>
        {
            var chat = scope.ChatClient(0);
            await chat.GetResponseAsync(input, cancellationToken: scope.CancellationToken);
            try
            {
                await chat.GetResponseAsync(input, cancellationToken: scope.CancellationToken);
            }
            catch (ModelCallException)
            {
            }
            return "as if nothing had happened";
        }));

        Assert.Equal(WorkflowErrorCodes.CallLimitReached, (await scene.FailureAsync(workflow, "hello", "acme", new RunOptions { MaxCalls = 1 })).Code);
    }

    [Fact]
    public async Task Usage_beyond_all_measure_reaches_the_ceiling_and_does_not_turn_over()
    {
        await using var scene = new Scene();
        scene.Model.Otherwise = static (_, _) => Task.FromResult(
            new ChatResponse(new ChatMessage(ChatRole.Assistant, "odd")) { Usage = new() { InputTokenCount = long.MaxValue, OutputTokenCount = long.MaxValue } });

        var error = await scene.FailureAsync(Written.Paid(Written.Steps("Ask"), static (emitted, input) => emitted.StepAsync(0, async scope =>
        {
            for (var call = 0; call < 5; call++)
                await scope.ChatClient(0).GetResponseAsync(input, cancellationToken: scope.CancellationToken);
            return "all";
        })), "hello", "acme", new RunOptions { MaxTokens = 1000 });

        Assert.Equal(WorkflowErrorCodes.TokenLimitReached, error.Code);
        Assert.Single(scene.Model.Requests);
    }

    [Fact]
    public async Task NegativeUsageDoesNotRefund()
    {
        await using var scene = new Scene();
        scene.Model.Answers(new ChatResponse(new ChatMessage(ChatRole.Assistant, "odd")) { Usage = new() { InputTokenCount = -1000, OutputTokenCount = 5 } });
        var events = new EventLog();

        await scene.RunAsync(Asking(1), "hello", null, events, "acme");

        Assert.Equal(new RunUsage(1, 0, 5), events.Single<RunFinishedEvent<string>>().Usage);
    }

    [Fact]
    public async Task Embeddings_count_as_calls_and_tokens()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        var workflow = Written.Of(Written.Describe("embed", [Written.Main with { EmbeddingModel = "embed-1" }], Written.Steps("Embed")), static (emitted, input) => emitted.StepAsync(0, async scope =>
            (await scope.EmbeddingGenerator(0).GenerateAsync([input], cancellationToken: scope.CancellationToken))[0].Vector.Length));

        Assert.Equal(1, await scene.RunAsync(workflow, "hello", null, events, "acme"));

        Assert.Equal(new RunUsage(1, 3, 0), events.Single<RunFinishedEvent<int>>().Usage);
        Assert.Equal("embed-1", Assert.Single(scene.Model.Contexts).Model);
    }

    private static TestExecutor<Nothing, string, string> Asking(int times) => Written.Paid(Written.Steps([.. Enumerable.Range(0, times).Select(static step => $"Ask{step}")]), async (emitted, input) =>
    {
        var answer = "";
        for (var step = 0; step < times; step++)
            answer = await emitted.AskAsync(step, input);
        return answer;
    });
}
