using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Testing.Tests;

public sealed class WorkflowIsolationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_workflow_that_keeps_its_runs_apart_is_proved()
    {
        var result = await WorkflowIsolation.VerifyAsync<SupportReply>(
            options =>
            {
                options.Runs = 400;
                options.Rotations = 40;
                options.Input = run => new Ticket($"Where is the order of {run.Marker}?", Urgent: run.Number % 2 == 0);
                options.Configure = workflows => workflows.Services.AddSingleton<IOrderBook>(new OrderBook());
            },
            Token);

        Assert.Equal((400, 400, 100, 40, 0), (result.Runs, result.Succeeded, result.RunsWithOwnKey, result.Rotations, result.LeakCount));
        Assert.Empty(result.Failures);
        Assert.InRange(result.Faults, 20, 200);
        Assert.Equal(800 + result.Faults, result.Requests);
        Assert.Equal(result.Requests, result.MarkedRequests);
        Assert.InRange(result.Keys, 120, 160);
        Assert.InRange(result.MostAtOnce, 2, 64);
        Assert.InRange(result.Connections, 1, 64 + result.Faults);
    }

    [Fact]
    public async Task Inputs_are_made_up_and_marked_where_none_are_given()
    {
        var result = await WorkflowIsolation.VerifyAsync<SupportReply>(
            options =>
            {
                Small(options);
                options.Configure = workflows => workflows.Services.AddSingleton<IOrderBook>(new OrderBook());
            },
            Token);

        Assert.Equal(result.Requests, result.MarkedRequests);
    }

    [Fact]
    public async Task A_client_in_a_shared_service_is_caught_and_pays_for_nobody_else()
    {
        var result = await CaughtAsync<LeaksClient>();

        Assert.Equal([IsolationLeakKind.KeptClient], result.LeakCounts.Keys);
    }

    [Fact]
    public async Task A_client_in_a_static_is_caught()
    {
        // One run after the other: each comes when the step that the client belongs to has ended.
        var result = await CaughtAsync<KeepsClient>(options => options.Concurrency = 1);

        Assert.Equal([KeyValuePair.Create(IsolationLeakKind.KeptClient, 199)], result.LeakCounts);
    }

    [Fact]
    public async Task Another_clients_question_is_caught()
    {
        var result = await CaughtAsync<LeaksInput>();

        Assert.Equal([IsolationLeakKind.ForeignText], result.LeakCounts.Keys);
    }

    [Fact]
    public async Task An_answer_out_of_a_cache_for_all_is_caught()
    {
        var result = await CaughtAsync<LeaksAnswer>(options => options.Input = run => run.Marker);

        Assert.Equal([IsolationLeakKind.ForeignOutput], result.LeakCounts.Keys);
    }

    [Fact]
    public async Task A_family_whose_clients_outlive_a_rotation_is_caught()
    {
        var result = await CaughtAsync<Asks>(options =>
        {
            (options.Profiles, options.OwnKeyShare, options.Rotations, options.Provider) = (2, 0, 20, "openai");
            options.Configure = workflows => workflows.AddProvider(new StaleFamily());
        });

        Assert.Equal([IsolationLeakKind.ReplacedKey], result.LeakCounts.Keys);
    }

    [Fact]
    public async Task A_call_outside_of_its_runs_flow_is_caught()
    {
        var result = await CaughtAsync<HidesRun>();

        Assert.Equal([IsolationLeakKind.KeptClient], result.LeakCounts.Keys);
    }

    [Fact]
    public async Task A_workflow_that_asks_nobody_proves_nothing()
    {
        var failure = await Assert.ThrowsAsync<WorkflowIsolationException>(() => WorkflowIsolation.VerifyAsync<AsksNobody>(Small, Token));

        Assert.StartsWith("Nothing was proved about the workflow 'asks-nobody': of 60 runs 60 succeeded, and 0 requests arrived", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_that_all_fail_prove_nothing_and_say_why()
    {
        var failure = await Assert.ThrowsAsync<WorkflowIsolationException>(() => WorkflowIsolation.VerifyAsync<SupportReply>(Small, Token));

        Assert.Equal(60, failure.Result.Failures[WorkflowErrorCodes.HostMisconfigured]);
        Assert.Contains("Failed runs: 60 host_misconfigured. One of them: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("IOrderBook", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workflow_may_choose_by_itself()
    {
        var result = await WorkflowIsolation.VerifyAsync<Chooses>(
            options =>
            {
                Small(options);
                options.CredentialInCall = false;
                options.ProfileName = number => $"acme_{number}";
                options.Input = run => run.Number % 2 == 0
                    ? new Choice(run.ApiKey, run.ProfileName, null, run.Marker)
                    : new Choice(run.ApiKey, null, run.ProfileName, run.Marker);
            },
            Token);

        Assert.Equal((60, 15), (result.Succeeded, result.RunsWithOwnKey));
    }

    [Fact]
    public async Task Slots_of_two_families_and_embeddings_are_proved_too()
    {
        var result = await WorkflowIsolation.VerifyAsync<TwoSlots>(Small, Token);

        Assert.Equal(60, result.Succeeded);
        Assert.Equal(120 + result.Faults, result.Requests);
    }

    [Fact]
    public async Task Rules_of_the_users_answer_first()
    {
        var asked = 0;
        await WorkflowIsolation.VerifyAsync<Asks>(
            options =>
            {
                Small(options);
                options.FaultShare = 0;
                options.Server = server => server.When(_ => true).Answer(_ =>
                {
                    Interlocked.Increment(ref asked);
                    return "Hello";
                });
            },
            Token);

        Assert.Equal(60, asked);
    }

    [Fact]
    public async Task An_input_that_does_not_fit_is_said()
    {
        var wrong = await Assert.ThrowsAsync<ArgumentException>(() => WorkflowIsolation.VerifyAsync<Asks>(options => options.Input = _ => "text", Token));
        var selecting = await Assert.ThrowsAsync<ArgumentException>(() => WorkflowIsolation.VerifyAsync<Chooses>(null, Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => WorkflowIsolation.VerifyAsync<Asks>(options => options.Runs = 0, Token));

        Assert.Contains("takes KeyedWorkflows.Testing.Tests.Ticket", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("Set IsolationOptions.Input", selecting.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_can_be_cancelled()
    {
        using CancellationTokenSource source = new();
        var proof = WorkflowIsolation.VerifyAsync<Asks>(
            options =>
            {
                options.Server = server => server.When(_ => true).Answer(_ =>
                {
                    source.Cancel();
                    return "Hello";
                });
            },
            source.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => proof);
    }

    /// <summary>Keeps clients by the profile's name, whatever its key is by now.</summary>
    private sealed class StaleFamily : IModelProvider
    {
        private readonly ConcurrentDictionary<string, IChatClient> _kept = new();
        private readonly IModelProvider _inner = (IModelProvider)WorkflowsBuilder.For(new ServiceCollection()).AddOpenAI().Services.Single(service => service.ServiceType == typeof(IModelProvider)).ImplementationInstance!;

        public string Name => "openai";

        public IChatClient CreateChatClient(ModelClientContext context) => _kept.GetOrAdd(context.ProfileName!, _ => _inner.CreateChatClient(context));

        public IEmbeddingGenerator<string, Embedding<float>> CreateEmbeddingGenerator(ModelClientContext context) => _inner.CreateEmbeddingGenerator(context);
    }

    private static async Task<IsolationResult> CaughtAsync<TWorkflow>(Action<IsolationOptions>? configure = null)
        where TWorkflow : KeyedWorkflows.Runtime.IWorkflowClass
    {
        var failure = await Assert.ThrowsAsync<WorkflowIsolationException>(() => WorkflowIsolation.VerifyAsync<TWorkflow>(
            options =>
            {
                options.Runs = 200;
                options.Configure = workflows => workflows.Services.AddSingleton<SharedState>();
                configure?.Invoke(options);
            },
            Token));

        Assert.Contains("does not keep its runs apart", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotMatch("key-[0-9a-f]{8}", failure.Message);
        Assert.All(failure.Result.Leaks, leak => Assert.DoesNotMatch("key-[0-9a-f]{8}", leak.What));
        Assert.True(failure.Result.LeakCount >= failure.Result.Leaks.Count);
        return failure.Result;
    }

    private static void Small(IsolationOptions options) => (options.Runs, options.Concurrency, options.Profiles, options.Rotations) = (60, 16, 5, 10);
}
