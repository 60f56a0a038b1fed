using System.Collections.Concurrent;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.EndToEnd.Tests.Isolation;

/// <summary>
/// Runs of many clients at once, with faults of the provider and new keys in the configuration meanwhile, the payer chosen in each of the three ways: every request carries the key of the run that made it, and every answer comes to the run that asked for it.
/// </summary>
public sealed class IsolationTests(ITestOutputHelper output)
{
    [Fact]
    public Task Every_request_carries_the_key_of_the_run_that_made_it() => ProveAsync(runs: 400, clients: 20, atOnce: 64);

    [Fact]
    [Trait("Category", "Heavy")]
    public async Task Every_request_of_20_000_runs_carries_the_key_of_the_run_that_made_it()
    {
        Heavy.Only();
        await ProveAsync(runs: 20_000, clients: 200, atOnce: 256);
    }

    private async Task ProveAsync(int runs, int clients, int atOnce)
    {
        var witness = new Witness(runs);
        await using var server = await ModelServer.StartAsync(
            options =>
            {
                options.RecordRequests = false;
                options.OnRequest = witness.See;
                options.EmbeddingDimensions = 8;
            },
            TestContext.Current.CancellationToken);
        server.When(static request => request.Number % 29 == 0).Fail(ModelServerFault.RateLimited(TimeSpan.Zero));
        server.When(static request => request.Number % 31 == 0).Fail(ModelServerFault.ServerError());
        var cut = server.When(static request => request.Number % 37 == 0).Fail(ModelServerFault.CutConnection());
        var cutInside = server.When(static request => request.Number % 41 == 0 && request.IsStreaming).Fail(ModelServerFault.CutStream());
        server.When(static request => request.Number % 997 == 0).Fail(ModelServerFault.EchoKeyInError());
        server.When(static request => request.Tools.Count > 0 && request.Messages[^1].Role == "user").CallTool("Tenant");
        server.When(static request => request.Operation == ModelOperation.Chat).Answer(Witness.AnswerTo);

        var all = new Clients(clients, server.Endpoint, server.Keys.Add);
        witness.Clients = all;
        var services = new ServiceCollection();
        services.Configure<ModelCallPolicyOptions>(static policy => (policy.FirstDelay, policy.TryTimeout) = (TimeSpan.Zero, TryTimeout));
        services.AddWorkflows().AddOpenAI(options => options.Endpoint = server.Endpoint).UseConfiguration(all.Configuration);
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IMarkedRunClient>();

        var succeeded = 0;
        ConcurrentDictionary<string, int> failures = new();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, runs),
            new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = TestContext.Current.CancellationToken },
            async (run, ct) =>
            {
                if (run % (runs / 40) == 0)
                    all.Rotate(run / (runs / 40));
                try
                {
                    var outcome = await RunAsync(client, all, witness, run, ct);
                    Assert.Equal((8, Witness.MarkOf(run % all.Count, run)), (outcome.Dimensions, outcome.Text));
                    Interlocked.Increment(ref succeeded);
                }
                catch (WorkflowRunException failure)
                {
                    failures.AddOrUpdate(failure.Code, 1, static (_, count) => count + 1);
                    Assert.DoesNotContain(Clients.Name(run % all.Count) + "-", failure.ToString(), StringComparison.Ordinal);
                }
            });

        output.WriteLine($"{runs} runs, {succeeded} succeeded; {witness.Requests} requests over {server.Connections} connections; {all.Rotations} reloads; failures: {string.Join(", ", failures)}");
        Assert.Empty(witness.Crossed);
        Assert.Equal(runs, succeeded + failures.Values.Sum());
        Assert.True(succeeded > runs * 0.9, "Most runs get over the faults.");
        Assert.Subset(ExpectedFailures, failures.Keys.ToHashSet());
        Assert.True(witness.Requests >= runs * 4L, "Each run makes four requests at least.");
        Assert.Equal(40, all.Rotations);
        Assert.Equal(0, server.RefusedRequests);

        // A run has two calls under way at most; a cut connection is opened anew, and so are those that a failed run gave up. Clients and keys open none of their own.
        Assert.InRange(server.Connections, 1, (2 * atOnce) + cut.Calls + cutInside.Calls + (2 * failures.Values.Sum()));
    }

    /// <summary>Far longer than an answer takes here: a request that hangs is a failure, and is known soon.</summary>
    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(30);

    // Faults that are not retried, or that came too often in one step.
    private static readonly HashSet<string> ExpectedFailures =
    [
        WorkflowErrorCodes.Unauthorized, WorkflowErrorCodes.RateLimited, WorkflowErrorCodes.ProviderFailed, WorkflowErrorCodes.ConnectionFailed, WorkflowErrorCodes.CallLimitReached,
    ];

    /// <summary>Each way to choose has its turn: in the call a profile or a key, by the input a name or a key, by the workflow's method.</summary>
    private static Task<Outcome> RunAsync(IMarkedRunClient client, Clients all, Witness witness, int run, CancellationToken ct)
    {
        var payer = run % all.Count;
        var way = run / all.Count % 5;
        var key = way > 2 ? all.NewKey(new KeyOwner(payer) { Run = run }) : null;
        witness.Expect(run, key is null ? new Started(all.GenerationOf(payer), BringsKey: false) : new Started(0, BringsKey: true));
        var job = new Job { Mark = Witness.MarkOf(payer, run), Client = Clients.Name(payer) };
        var options = new RunOptions { Tenant = job.Client };
        return way switch
        {
            0 => client.RunAsync(job, Clients.Profile(payer), options, ct),
            1 => client.RunAsync(job with { Profile = Clients.Profile(payer) }, options, ct),
            2 => client.RunAsync(job with { IsChosen = true }, options, ct),
            3 => client.RunAsync(job, Credential.ApiKey(key), options, ct),
            _ => client.RunAsync(job with { Key = Secret.From(key) }, options, ct),
        };
    }
}
