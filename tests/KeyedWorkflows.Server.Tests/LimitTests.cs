using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests;

/// <summary>Limits of profiles and tokens, as callers and operators see them.</summary>
public sealed class LimitTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static JsonObject Text => new() { ["text"] = "Hello" };

    [Fact]
    public async Task A_spent_budget_is_429_with_the_time_to_come_again_and_begins_nothing()
    {
        await using var scene = await ServerScene.StartAsync();
        await AddAsync(scene, "acme_openai", new() { Day = new() { Tokens = 0 } });
        await AddAsync(scene, "other_openai", null);
        using var client = await scene.AddTokenAsync(new TokenDraft { Name = "both", Tenants = ["acme_openai", "other_openai"], Workflows = ["keyed"] });

        var answer = await RunAsync(client, "acme_openai");

        answer.AssertError(429, "too_many_requests");
        Assert.Equal((WorkflowErrorCodes.BudgetSpent, "acme_openai", null), ((string?)answer.Json["error_code"], (string?)answer.Json["profile"], answer.RunId));
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        Assert.Empty(scene.Models.Requests);
        (await RunAsync(client, "other_openai")).AssertSucceeded();
    }

    [Fact]
    public async Task A_limit_that_is_reached_within_a_run_ends_it_with_429_and_its_id()
    {
        await using var scene = await ServerScene.StartAsync();
        scene.Models.When(request => request.LastUserMessage.StartsWith("Which topic", StringComparison.Ordinal)).AnswerJson("""{"name":"delivery","mood":"Calm"}""");
        scene.Models.When(_ => true).Stream("It is ", "on its way.");
        await AddAsync(scene, "acme_openai", new() { RequestsPerMinute = 1 });
        using var client = await scene.AddTokenAsync("acme_openai", "desk");

        var answer = await client.RunAsync(new() { ["question"] = "Where is it?" }, static body => body["credential_profile"] = "acme_openai");

        answer.AssertError(429, "too_many_requests");
        Assert.Equal(WorkflowErrorCodes.LimitReached, (string?)answer.Json["error_code"]);
        Assert.NotNull(answer.RunId);
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Single(scene.Models.Requests);
    }

    [Fact]
    public async Task A_tokens_limits_hold_whoever_pays_and_change_with_the_token()
    {
        await using var scene = await ServerScene.StartAsync();
        await AddAsync(scene, "one", null);
        await AddAsync(scene, "two", null);
        var draft = new TokenDraft { Name = "limited", Tenants = ["one", "two"], Workflows = ["keyed"], Limits = new() { RequestsPerMinute = 2 } };
        using var client = await scene.AddTokenAsync(draft);
        using var other = await scene.AddTokenAsync(draft with { Name = "other" });

        (await RunAsync(client, "one")).AssertSucceeded();
        (await RunAsync(client, "two")).AssertSucceeded();
        var refused = await RunAsync(client, "one");
        refused.AssertError(429, "too_many_requests");
        Assert.DoesNotContain(client.Token.Token.Id, refused.Text, StringComparison.Ordinal);
        (await RunAsync(other, "one")).AssertSucceeded();

        await scene.Tokens.ReplaceAsync(client.Token.Token.Id, draft with { Limits = new() { RequestsPerMinute = 3 } }, cancellationToken: Cancel);
        (await RunAsync(client, "one")).AssertSucceeded();
    }

    [Fact]
    public async Task What_was_spent_is_known_after_a_restart_and_a_budget_that_is_set_later_counts_what_was_used_before()
    {
        await using var models = await ModelServer.StartAsync(null, Cancel);
        var directory = Directory.CreateTempSubdirectory("kw-limits-").FullName;
        try
        {
            long used;
            string id;
            await using (var scene = await ServerScene.StartAsync(new() { Models = models, Directory = directory }))
            {
                var key = ServerScene.NewKey();
                id = (await scene.AddProfileAsync("acme_openai", "acme", key)).Id;
                using var client = await scene.AddTokenAsync("acme", "keyed");
                for (var run = 0; run < 3; run++)
                    (await RunAsync(client, "acme_openai")).AssertSucceeded();
                used = models.Usage(key).PromptTokens + models.Usage(key).CompletionTokens;
                await scene.Profiles.ReplaceAsync(id, new() { Name = "acme_openai", Tenant = "acme", Provider = "openai", Limits = new() { Day = new() { Tokens = used } } }, cancellationToken: Cancel);
                (await RunAsync(client, "acme_openai")).AssertError(429, "too_many_requests");
                await scene.Profiles.ReplaceAsync(id, new() { Name = "acme_openai", Tenant = "acme", Provider = "openai", Limits = new() { Day = new() { Tokens = used + 100_000 } } }, cancellationToken: Cancel);
                (await RunAsync(client, "acme_openai")).AssertSucceeded();
                used = models.Usage(key).PromptTokens + models.Usage(key).CompletionTokens;
            }
            await using (var scene = await ServerScene.StartAsync(new() { Models = models, Directory = directory }))
            {
                using var client = await scene.AddTokenAsync("acme", "keyed");
                await scene.Profiles.ReplaceAsync(id, new() { Name = "acme_openai", Tenant = "acme", Provider = "openai", Limits = new() { Day = new() { Tokens = used } } }, cancellationToken: Cancel);
                (await RunAsync(client, "acme_openai")).AssertError(429, "too_many_requests");
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task BudgetHoldsUnder64Way()
    {
        const int Budget = 40_000;
        await using var scene = await ServerScene.StartAsync(new() { Services = static services => services.Configure<UsageLimitOptions>(static options => options.AssumedAnswerTokens = 200) });
        var key = ServerScene.NewKey();
        scene.Models.Keys.Add(key);
        await scene.Profiles.CreateAsync(new() { Name = "acme_openai", Tenant = "acme", Provider = "openai", ApiKey = Secret.From(key), Limits = new() { Month = new() { Tokens = Budget } } }, Cancel);
        using var client = await scene.AddTokenAsync("acme", "keyed");
        var (done, refused) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ =>
        {
            for (var run = 0; run < 60; run++)
            {
                var answer = await RunAsync(client, "acme_openai");
                Interlocked.Increment(ref answer.Status == HttpStatusCode.OK ? ref done : ref refused);
                if (answer.Status != HttpStatusCode.OK)
                    answer.AssertError(429, "too_many_requests");
            }
        }));

        var counted = scene.Models.Usage(key);
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var row = Assert.Single((await scene.Services.GetRequiredService<UsageLedger>().ReadAsync(new() { From = today.AddDays(-1), To = today.AddDays(1), By = [] }, Cancel)).Rows);
        Assert.True(refused > 0 && done > 0, $"{done} done, {refused} refused.");
        Assert.InRange(counted.PromptTokens + counted.CompletionTokens, Budget * 9 / 10, Budget);
        Assert.Equal((counted.PromptTokens, counted.CompletionTokens), (row.InputTokens, row.OutputTokens));
    }

    [Fact]
    public async Task A_run_that_may_wait_gets_its_turn()
    {
        await using var scene = await ServerScene.StartAsync();
        var gate = new ModelServerGate();
        using var client = await OneRunAtOnceAsync(scene, gate);
        using var first = await BeginAsync(client);

        var impatient = await client.RunAsync(new() { ["about"] = "a hare" }, static body => body["credential_profile"] = "acme_openai");
        var patient = client.RunAsync(new() { ["about"] = "a hare" }, static body =>
        {
            body["credential_profile"] = "acme_openai";
            body["options"] = new JsonObject { ["max_wait_seconds"] = 60 };
        });
        gate.Open();

        impatient.AssertError(429, "too_many_requests");
        (await patient).AssertSucceeded();
    }

    [Theory]
    [InlineData(86_401)]
    [InlineData(5_000_000)]
    public async Task A_wait_that_is_too_long_is_refused_under_an_idempotency_key_too(int seconds)
    {
        await using var scene = await ServerScene.StartAsync();
        await AddAsync(scene, "acme_openai", null);
        using var client = await scene.AddTokenAsync("acme_openai", "keyed");

        var body = new JsonObject { ["inputs"] = new JsonObject { ["text"] = "Hello" }, ["user"] = "someone", ["credential_profile"] = "acme_openai", ["options"] = new JsonObject { ["max_wait_seconds"] = seconds } };

        (await client.PostAsync("workflows/run", body, ("Idempotency-Key", "a"))).AssertError(400, "invalid_param");
    }

    /// <summary>Nobody is to come again because a host stopped that goes on.</summary>
    [Fact]
    public async Task A_run_whose_token_is_revoked_while_it_waits_for_its_turn_is_told_so()
    {
        await using var scene = await ServerScene.StartAsync();
        var gate = new ModelServerGate();
        using var client = await OneRunAtOnceAsync(scene, gate);
        using var first = await BeginAsync(client);
        var taken = await scene.Tokens.CreateAsync(new TokenDraft { Name = "taken", Tenants = ["acme_openai"], Workflows = ["story"] }, Cancel);
        using var revoked = scene.Client(taken);

        var waiting = revoked.RunAsync(new() { ["about"] = "a hare" }, static body =>
        {
            body["credential_profile"] = "acme_openai";
            body["options"] = new JsonObject { ["max_wait_seconds"] = 600 };
        });
        while (scene.Services.GetRequiredService<RunHub>().All.Count < 2)
            await Task.Delay(TimeSpan.FromMilliseconds(10), Cancel);
        await scene.Tokens.RevokeAsync(taken.Token.Id, Cancel);

        (await waiting).AssertError(401, "unauthorized");
        gate.Open();
    }

    [Fact]
    public async Task The_operators_webhook_is_told_once_for_each_part_and_period_and_signed()
    {
        using var receiver = new Receiver();
        await using var models = await ModelServer.StartAsync(null, Cancel);
        var secret = "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var directory = Directory.CreateTempSubdirectory("kw-limits-").FullName;
        try
        {
            for (var start = 0; start < 2; start++)
            {
                await using var scene = await ServerScene.StartAsync(new()
                {
                    Models = models,
                    Directory = directory,
                    Server = options => (options.BudgetWebhook, options.BudgetWebhookSecret) = (new("https://ops.example.com/budgets"), Secret.From(secret)),
                    Services = services => services.AddKeyedSingleton(FetchUse.Operator, new Fetcher(receiver)),
                });
                if (start == 0)
                    await AddAsync(scene, "acme_openai", new() { Day = new() { Tokens = 1, IsSoft = true } });
                using var client = await scene.AddTokenAsync("acme_openai", "keyed");
                for (var run = 0; run < 3; run++)
                    await RunAsync(client, "acme_openai");
                for (var part = 0; start == 0 && part < 3; part++)
                    Assert.True(await receiver.Arrived.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
                await scene.Services.GetRequiredService<IRunHistory>().FlushAsync(Cancel);
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }

        // The first call passed all of them.
        Assert.Equal(3, receiver.Deliveries.Select(static notice => notice.Id).Distinct().Count());
        Assert.Equal([50, 80, 100], receiver.Deliveries.Select(static notice => (int)JsonNode.Parse(notice.Body)!["data"]!["percent"]!).Order());
        Assert.All(receiver.Deliveries, notice =>
        {
            var signed = $"{notice.Id}.{notice.Timestamp}.{notice.Body}";
            Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes(signed))), notice.Signature);
            var body = JsonNode.Parse(notice.Body)!;
            Assert.Equal(("budget.threshold_reached", "acme_openai", "day", true), ((string?)body["type"], (string?)body["data"]!["name"], (string?)body["data"]!["period"], (bool?)body["data"]!["is_soft"]));
        });
    }

    private static async Task AddAsync(ServerScene scene, string name, UsageLimits? limits, int? runs = null)
    {
        var key = ServerScene.NewKey();
        scene.Models.Keys.Add(key);
        await scene.Profiles.CreateAsync(new() { Name = name, Tenant = name, Provider = "openai", ApiKey = Secret.From(key), Limits = limits, ConcurrentRuns = runs }, Cancel);
    }

    /// <summary>A client whose profile may have one run at once, and whose runs end no sooner than the gate is opened.</summary>
    private static async Task<TestClient> OneRunAtOnceAsync(ServerScene scene, ModelServerGate gate)
    {
        scene.Models.When(_ => true).HoldUntil(gate, afterChunks: 1).Stream("Once upon a time. ", "And so on.");
        await AddAsync(scene, "acme_openai", null, runs: 1);
        return await scene.AddTokenAsync("acme_openai", "story");
    }

    private static async Task<TestStream> BeginAsync(TestClient client)
    {
        var run = await client.StreamAsync(new JsonObject { ["about"] = "a fox" }, static body => body["credential_profile"] = "acme_openai");
        await run.UntilAsync("text_chunk");
        return run;
    }

    private static Task<TestAnswer> RunAsync(TestClient client, string profile) => client.RunAsync(Text, body => body["credential_profile"] = profile);

    private sealed record Delivery(string Id, string Timestamp, string Signature, string Body);

    private sealed class Receiver : HttpMessageHandler
    {
        public SemaphoreSlim Arrived { get; } = new(0);

        public ConcurrentQueue<Delivery> Deliveries { get; } = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string Header(string name) => request.Headers.GetValues(name).Single();
            Deliveries.Enqueue(new(Header("webhook-id"), Header("webhook-timestamp"), Header("webhook-signature"), await request.Content!.ReadAsStringAsync(cancellationToken)));
            Arrived.Release();
            return new(HttpStatusCode.NoContent);
        }
    }
}
