using System.Net;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Security;

/// <summary>A token's limits are exact, however many ask at once.</summary>
public sealed class LimitRaceTests
{
    private static JsonObject Hello => new() { ["text"] = "Hello" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RequestsPerMinuteIsExactUnder64Way()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync(Draft("keyed") with { RequestsPerMinute = 40 });
        using var other = await scene.AddTokenAsync("acme", "keyed");

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => client.RunAsync(Hello, body => body["credential_profile"] = "acme_openai", i % 4 == 0 ? "workflows/explain" : "workflows/run")));

        Assert.Equal(40, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        foreach (var refused in answers.Where(answer => answer.Status != HttpStatusCode.OK))
        {
            refused.AssertError(429, "too_many_requests");
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        }
        (await other.RunAsync(Hello, body => body["credential_profile"] = "acme_openai")).AssertSucceeded();
    }

    [Fact]
    public async Task ConcurrentRunsIsExactUnder64Way()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        var gate = new ModelServerGate();
        scene.Models.When(request => request.LastUserMessage == "wait").HoldUntil(gate).Answer("late");
        using var client = await scene.AddTokenAsync(Draft("keyed") with { ConcurrentRuns = 7 });

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => client.RunAsync(new() { ["text"] = "wait" }, body => { body["credential_profile"] = "acme_openai"; body["response_mode"] = "async"; })));

        Assert.Equal(7, answers.Count(answer => answer.Status == HttpStatusCode.Accepted));
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Accepted), refused => Assert.True(refused.AssertError(429, "too_many_requests").Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1)));
        await gate.ArrivedAsync(7, Token);
        gate.Open();
        foreach (var run in answers.Where(answer => answer.Status == HttpStatusCode.Accepted))
        {
            using var events = await client.FollowAsync(run.RunId!);
            await events.UntilAsync("workflow_finished");
        }
        Assert.Equal(7, scene.Models.Requests.Count);
    }

    /// <summary>A place that were given back twice would let one run more go on, for good.</summary>
    [Fact]
    public async Task PlaceOfARunIsGivenBackOnce()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        var gate = new ModelServerGate();
        scene.Models.When(request => request.LastUserMessage == "wait").HoldUntil(gate).Answer("late");
        scene.Models.When(_ => true).Answer("soon");
        using var client = await scene.AddTokenAsync(Draft("keyed") with { ConcurrentRuns = 8 });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
        {
            for (var run = 0; run < 50; run++)
                Assert.Equal(HttpStatusCode.OK, (await client.RunAsync(new() { ["text"] = "go" }, body => { body["credential_profile"] = "acme_openai"; body["response_mode"] = worker % 2 == 0 ? "blocking" : "streaming"; })).Status);
        }));

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => client.RunAsync(new() { ["text"] = "wait" }, static body => { body["credential_profile"] = "acme_openai"; body["response_mode"] = "async"; })));

        Assert.Equal(8, answers.Count(static answer => answer.Status == HttpStatusCode.Accepted));
        gate.Open();
    }

    /// <summary>Who has heard of the end, or of a refusal, may begin the next run at once.</summary>
    [Fact]
    public async Task PlaceOfARunIsFreeWhenItsEndIsTold()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync(Draft("keyed") with { ConcurrentRuns = 1 });

        for (var i = 0; i < 100; i++)
        {
            (await client.RunAsync(Hello, body => body["credential_profile"] = "acme_openai")).AssertSucceeded();
            (await client.RunAsync(Hello, body => body["credential_profile"] = "nobody_has_this")).AssertError(404, "not_found");
        }
    }

    /// <summary>Files that come slowly are within the limit of runs: what they hold in memory is bounded by it.</summary>
    [Fact]
    public async Task FetchingFilesTakesAPlace()
    {
        var network = new HeldNetwork();
        await using var scene = await ServerScene.StartAsync(new() { Services = services => services.AddKeyedSingleton(FetchUse.Files, (_, _) => new Fetcher(network)) });
        using var client = await scene.AddTokenAsync(Draft("reader") with { ConcurrentRuns = 1 });
        var inputs = new JsonObject { ["document"] = new JsonObject { ["type"] = "document", ["transfer_method"] = "remote_url", ["url"] = "https://files.example/a.txt" } };
        var first = client.RunAsync((JsonObject)inputs.DeepClone());
        await network.Asked.Task.WaitAsync(Token);

        (await client.RunAsync((JsonObject)inputs.DeepClone())).AssertError(429, "too_many_requests");

        network.Answer.SetResult("its content");
        (await first).AssertSucceeded();
        Assert.Equal(1, network.Requests);
    }

    private static TokenDraft Draft(params string[] workflows) => new() { Name = "token-" + Guid.NewGuid().ToString("N"), Workflows = workflows, Tenants = ["acme"] };
}
