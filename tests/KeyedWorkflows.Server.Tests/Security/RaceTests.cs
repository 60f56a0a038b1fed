using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Security;

/// <summary>What happens at once.</summary>
public sealed class RaceTests
{
    private static JsonObject Hello => new() { ["text"] = "Hello" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("blocking")]
    [InlineData("streaming")]
    [InlineData("async")]
    public async Task FiftyEqualRequestsAreOneRunAndOnePayment(string mode)
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "keyed");

        for (var round = 0; round < 4; round++)
        {
            scene.Models.ClearRequests();
            var body = new JsonObject { ["inputs"] = Hello, ["user"] = "someone", ["credential_profile"] = "acme_openai", ["response_mode"] = mode };
            var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.PostAsync("workflows/run", body, ("Idempotency-Key", $"order {round}"))));

            Assert.All(answers, answer => Assert.True(answer.Status == (mode == "async" ? HttpStatusCode.Accepted : HttpStatusCode.OK), answer.Text));
            var run = Assert.Single(answers.Select(answer => answer.Headers.GetValues("X-Workflow-Run-Id").Single()).Distinct());
            using var events = await client.FollowAsync(run);
            await events.UntilAsync("workflow_finished");
            Assert.Single(scene.Models.Requests);
            Assert.Equal(round + 1, (int?)(await client.GetAsync("workflows/logs")).Json["total"]);
            if (mode != "async")
                Assert.Single(answers.Select(answer => answer.Text).Distinct());
            Assert.Equal(49, answers.Count(answer => answer.Headers.Contains("Idempotent-Replayed")));
        }
    }

    /// <summary>While the first of them still fetches its file, no run is known under the key.</summary>
    [Fact]
    public async Task RepeatedTriggerWaitsForTheFirstsFiles()
    {
        var network = new HeldNetwork();
        await using var scene = await ServerScene.StartAsync(new() { Services = services => services.AddKeyedSingleton(FetchUse.Files, (_, _) => new Fetcher(network)) });
        using var client = await scene.AddTokenAsync("acme", "reader");
        var body = new JsonObject
        {
            ["inputs"] = new JsonObject { ["document"] = new JsonObject { ["type"] = "document", ["transfer_method"] = "remote_url", ["url"] = "https://files.example/a.txt" } },
            ["user"] = "someone",
        };
        var first = client.PostAsync("workflows/run", body, ("Idempotency-Key", "a"));
        await network.Asked.Task.WaitAsync(Token);
        var second = client.PostAsync("workflows/run", body, ("Idempotency-Key", "a"));
        Assert.NotSame(second, await Task.WhenAny(second, Task.Delay(300, Token)));
        network.Answer.SetResult("its content");

        (await first).AssertSucceeded();
        (await second).AssertSucceeded();
        Assert.Equal((await first).RunId, (await second).RunId);
        Assert.Equal(1, network.Requests);
    }

    /// <summary>Another node may take the key for free after that: a run that began then would be paid a second time.</summary>
    [Fact]
    public async Task A_run_that_takes_too_long_to_choose_its_payer_never_begins_and_leaves_its_idempotency_key_free()
    {
        var profiles = new HeldProfiles();
        await using var scene = await ServerScene.StartAsync(new()
        {
            Services = services =>
            {
                services.AddSingleton<TimeProvider>(new HurriedTime());
                WorkflowsBuilder.For(services).AddProfileStore(profiles);
            },
        });
        using var client = await scene.AddTokenAsync("acme", "keyed");
        var body = new JsonObject { ["inputs"] = Hello, ["user"] = "someone", ["credential_profile"] = "acme_openai" };

        var late = await client.PostAsync("workflows/run", body, ("Idempotency-Key", "a"));
        late.AssertError(503, "service_unavailable");
        profiles.Answer.SetResult();
        await scene.AddProfileAsync("acme_openai", "acme");

        Assert.Empty(scene.Models.Requests);
        var next = await client.PostAsync("workflows/run", body, ("Idempotency-Key", "a"));
        next.AssertSucceeded();
        Assert.False(next.Headers.Contains("Idempotent-Replayed"));
        Assert.Single(scene.Models.Requests);
    }

    /// <summary>To wait for its turn, as it was asked to, is no time of the preparation.</summary>
    [Fact]
    public async Task A_run_that_waits_for_its_turn_for_long_begins_under_its_idempotency_key()
    {
        await using var scene = await ServerScene.StartAsync(new() { Services = static services => services.AddSingleton<TimeProvider>(new HurriedTime()) });
        var key = ServerScene.NewKey();
        scene.Models.Keys.Add(key);
        await scene.Profiles.CreateAsync(new() { Name = "acme_openai", Tenant = "acme", Provider = "openai", ApiKey = Secret.From(key), ConcurrentRuns = 1 }, Token);
        using var client = await scene.AddTokenAsync("acme", "keyed");
        var gate = new ModelServerGate();
        scene.Models.When(_ => true).HoldUntil(gate).Answer("It is on its way.");
        JsonObject Body() => new() { ["inputs"] = Hello.DeepClone(), ["user"] = "someone", ["credential_profile"] = "acme_openai" };
        var patient = Body();
        patient["options"] = new JsonObject { ["max_wait_seconds"] = 3_600 };

        var first = client.PostAsync("workflows/run", Body());
        await gate.ArrivedAsync(1, Token);
        var waiting = client.PostAsync("workflows/run", patient, ("Idempotency-Key", "a"));

        // The time of preparation is over by then.
        Assert.NotSame(waiting, await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromSeconds(1.5), Token)));
        gate.Open();
        (await first).AssertSucceeded();
        (await waiting).AssertSucceeded();
    }

    /// <summary>It was killed while the run waited for its turn: the key is free when nobody has held it for as long as a hold lasts, however long the run was to wait.</summary>
    [Fact]
    public async Task A_key_whose_host_is_gone_is_free_soon()
    {
        var time = new MovedTime();
        await using var scene = await ServerScene.StartAsync(new() { Services = services => WatchedKeys.AddTo(services.AddSingleton<TimeProvider>(time)) });
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "keyed");
        (await client.PostAsync("workflows/run", Patient(), ("Idempotency-Key", "a"))).AssertSucceeded();

        // The key as a host leaves it that dies before its run begins. Its clock may have been slow.
        await SetHolderAsync(scene, "a-run-that-never-began", DateTimeOffset.UtcNow.AddMinutes(-10));
        var again = client.PostAsync("workflows/run", Patient(), ("Idempotency-Key", "a"));
        for (var look = 0; look < 3; look++)
            await WatchedKeys.Of(scene).LookedAsync(Token);
        Assert.NotSame(again, await Task.WhenAny(again, Task.Delay(TimeSpan.FromMilliseconds(300), Token)));

        time.Pass(TimeSpan.FromMinutes(2));
        (await again).AssertSucceeded();
        Assert.Equal(2, scene.Models.Requests.Count);
    }

    /// <summary>The clocks of two nodes may differ by more than a key is held for.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(240)]
    [InlineData(-240)]
    public async Task A_run_that_waits_on_a_node_with_another_clock_keeps_its_idempotency_key(int ahead)
    {
        await using var scene = await ServerScene.StartAsync();
        await AddNarrowProfileAsync(scene);
        var made = await scene.Tokens.CreateAsync(Draft("keyed"), Token);
        await using var other = await OtherNodeAsync(scene, TimeSpan.FromSeconds(ahead));
        using var client = scene.Client(made);
        using var clientOfOther = other.Client(made);
        var gate = new ModelServerGate();
        scene.Models.When(_ => true).HoldUntil(gate).Answer("It is on its way.");

        var first = client.RunAsync(Hello, body => body["credential_profile"] = "acme_openai");
        await gate.ArrivedAsync(1, Token);
        var waiting = client.PostAsync("workflows/run", Patient(), ("Idempotency-Key", "a"));
        await UntilClaimedAsync(scene);
        var again = clientOfOther.PostAsync("workflows/run", Patient(), ("Idempotency-Key", "a"));
        for (var look = 0; look < 4; look++)
            await WatchedKeys.Of(other).LookedAsync(Token);
        gate.Open();

        (await first).AssertSucceeded();
        (await waiting).AssertSucceeded();
        (await again).AssertSucceeded();
        Assert.Equal((await waiting).RunId, (await again).RunId);
        Assert.True((await again).Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(2, scene.Models.Requests.Count);
    }

    /// <summary>Its node stood still for longer than the key was held: another has it by then. The run has its turn before its node says again that the key is held, or after.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_whose_idempotency_key_is_anothers_when_its_turn_comes_is_not_begun(bool isTurnFirst)
    {
        await using var scene = await ServerScene.StartAsync(new() { Services = services => WatchedKeys.AddTo(isTurnFirst ? services : services.AddSingleton<TimeProvider>(new HurriedTime())) });
        await AddNarrowProfileAsync(scene);
        var made = await scene.Tokens.CreateAsync(Draft("keyed"), Token);
        await using var other = await OtherNodeAsync(scene, TimeSpan.Zero);
        using var client = scene.Client(made);
        using var clientOfOther = other.Client(made);
        var gate = new ModelServerGate();
        scene.Models.When(_ => true).HoldUntil(gate).Answer("It is on its way.");
        var body = Patient();
        body["response_mode"] = "async";

        var first = client.RunAsync(Hello, one => one["credential_profile"] = "acme_openai");
        await gate.ArrivedAsync(1, Token);
        var waiting = client.PostAsync("workflows/run", body, ("Idempotency-Key", "a"));
        await UntilClaimedAsync(scene);
        using (var history = scene.Services.GetRequiredService<HostStorage>().Database.OpenHistory())
        {
            // As another node does that has seen nobody hold it.
            history.IdempotencyKeys.RemoveRange(history.IdempotencyKeys);
            await history.SaveChangesAsync(Token);
        }
        var taken = await clientOfOther.PostAsync("workflows/run", body, ("Idempotency-Key", "a"));
        Assert.False(taken.Headers.Contains("Idempotent-Replayed"));
        await gate.ArrivedAsync(2, Token);
        if (!isTurnFirst)
            await waiting;
        gate.Open();

        (await first).AssertSucceeded();
        Assert.Equal((HttpStatusCode.Accepted, taken.RunId), ((await waiting).Status, (await waiting).RunId));
        Assert.True((await waiting).Headers.Contains("Idempotent-Replayed"));
        using (var events = await client.FollowAsync(taken.RunId!))
            await events.UntilAsync("workflow_finished");

        // Its place is free: the next run has it at once.
        (await client.RunAsync(Hello, one => one["credential_profile"] = "acme_openai")).AssertSucceeded();
        Assert.Equal(3, scene.Models.Requests.Count);
    }

    /// <summary>That the store does not answer for a moment says nothing of whose the key is.</summary>
    [Fact]
    public async Task A_run_waits_on_under_its_idempotency_key_while_the_store_is_silent_for_a_moment()
    {
        await using var scene = await ServerScene.StartAsync(new() { Services = static services => WatchedKeys.AddTo(services.AddSingleton<TimeProvider>(new HurriedTime())) });
        await AddNarrowProfileAsync(scene);
        using var client = await scene.AddTokenAsync("acme", "keyed");
        var keys = WatchedKeys.Of(scene);
        var gate = new ModelServerGate();
        scene.Models.When(_ => true).HoldUntil(gate).Answer("It is on its way.");
        var first = client.RunAsync(Hello, body => body["credential_profile"] = "acme_openai");
        await gate.ArrivedAsync(1, Token);

        keys.IsSilent = true;
        var waiting = client.PostAsync("workflows/run", Patient(), ("Idempotency-Key", "a"));
        await keys.HeldAsync(Token);
        await keys.HeldAsync(Token);
        keys.IsSilent = false;
        gate.Open();

        (await first).AssertSucceeded();
        (await waiting).AssertSucceeded();
        Assert.Equal(2, scene.Models.Requests.Count);
    }

    /// <summary>Who is told so may try again: it is not the host that stops.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_is_not_begun_whose_idempotency_key_the_store_has_not_confirmed_for_too_long(bool isTurnFirst)
    {
        var time = new MovedTime();
        await using var scene = await ServerScene.StartAsync(new() { Services = services => WatchedKeys.AddTo(services.AddSingleton<TimeProvider>(time)) });
        await AddNarrowProfileAsync(scene);
        using var client = await scene.AddTokenAsync("acme", "keyed");
        var keys = WatchedKeys.Of(scene);
        var gate = new ModelServerGate();
        scene.Models.When(_ => true).HoldUntil(gate).Answer("It is on its way.");
        var first = client.RunAsync(Hello, body => body["credential_profile"] = "acme_openai");
        await gate.ArrivedAsync(1, Token);

        keys.IsSilent = true;
        var waiting = client.PostAsync("workflows/run", Patient(), ("Idempotency-Key", "a"));
        await keys.HeldAsync(Token);
        if (isTurnFirst)
        {
            gate.Open();
            (await first).AssertSucceeded();
        }
        Assert.False(waiting.IsCompleted);
        time.Pass(TimeSpan.FromMinutes(2));

        var refused = (await waiting).AssertError(503, "service_unavailable");
        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, (string?)refused.Json["error_code"]);
        Assert.Contains("Idempotency-Key may be another request's", refused.Text, StringComparison.Ordinal);
        gate.Open();
        (await first).AssertSucceeded();
        Assert.Single(scene.Models.Requests);
        keys.IsSilent = false;
        var again = await client.PostAsync("workflows/run", Patient(), ("Idempotency-Key", "a"));
        again.AssertSucceeded();
        Assert.False(again.Headers.Contains("Idempotent-Replayed"));
    }

    /// <summary>A run that may wait for its turn for an hour.</summary>
    private static JsonObject Patient() => new()
    {
        ["inputs"] = Hello, ["user"] = "someone", ["credential_profile"] = "acme_openai", ["options"] = new JsonObject { ["max_wait_seconds"] = 3_600 },
    };

    /// <summary>A profile that pays for one run at a time.</summary>
    private static async Task AddNarrowProfileAsync(ServerScene scene)
    {
        var key = ServerScene.NewKey();
        scene.Models.Keys.Add(key);
        await scene.Profiles.CreateAsync(new() { Name = "acme_openai", Tenant = "acme", Provider = "openai", ApiKey = Secret.From(key), ConcurrentRuns = 1 }, Token);
    }

    private static Task<ServerScene> OtherNodeAsync(ServerScene scene, TimeSpan ahead) => ServerScene.StartAsync(new()
    {
        Directory = scene.Directory, Models = scene.Models, Services = services => WatchedKeys.AddTo(services.AddSingleton<TimeProvider>(new MovedTime { Ahead = ahead })),
    });

    private static async Task UntilClaimedAsync(ServerScene scene)
    {
        using var history = scene.Services.GetRequiredService<HostStorage>().Database.OpenHistory();
        while (!history.IdempotencyKeys.Any())
            await Task.Yield();
    }

    private static async Task SetHolderAsync(ServerScene scene, string run, DateTimeOffset heldUntil)
    {
        using var history = scene.Services.GetRequiredService<HostStorage>().Database.OpenHistory();
        foreach (var key in history.IdempotencyKeys)
            (key.RunId, key.HeldUntil) = (run, heldUntil.UtcTicks);
        await history.SaveChangesAsync(Token);
    }

    /// <summary>Whatever begins while the host stops is either refused, or waited for and booked.</summary>
    [Fact]
    public async Task NoRunBeginsThatAStoppingHostDoesNotWaitFor()
    {
        await using var models = await ModelServer.StartAsync(null, Token);
        models.When(_ => true).Answer(ModelAnswer.Text("It is on its way."));
        var directory = Directory.CreateTempSubdirectory("kw-race-").FullName;
        try
        {
            for (var round = 0; round < 6; round++)
            {
                await using var scene = await ServerScene.StartAsync(new() { Models = models, Directory = directory });
                if (round == 0)
                    await scene.AddProfileAsync("acme_openai", "acme");
                using var client = await scene.AddTokenAsync("acme", "keyed");
                using var over = new CancellationTokenSource();
                var callers = Enumerable.Range(0, 16).Select(async _ =>
                {
                    while (!over.IsCancellationRequested)
                    {
                        try
                        {
                            var answer = await client.RunAsync(Hello, static body => body["credential_profile"] = "acme_openai");
                            if (answer.Status != HttpStatusCode.OK)
                                answer.AssertError(503, "service_unavailable");
                        }
                        catch (HttpRequestException)
                        {
                            // The host listens no more.
                            return;
                        }
                    }
                }).ToArray();
                await Task.Delay(50 + (round * 7), Token);
                await scene.StopAsync();
                await over.CancelAsync();
                await Task.WhenAll(callers);
            }

            await using var after = await ServerScene.StartAsync(new() { Models = models, Directory = directory });
            using var history = after.Services.GetRequiredService<HostStorage>().Database.OpenHistory();
            Assert.Equal(0, history.Runs.Count(static run => run.Status != "succeeded"));
            Assert.Equal(models.TotalUsage.Requests, history.Calls.LongCount());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>A first that is refused gives the key back; whoever waited for it is the first then.</summary>
    [Fact]
    public async Task RefusedTriggerLeavesItsIdempotencyKeyFree()
    {
        await using var scene = await ServerScene.StartAsync();
        using var client = await scene.AddTokenAsync("acme", "keyed");
        var body = new JsonObject { ["inputs"] = Hello, ["user"] = "someone", ["credential_profile"] = "acme_openai" };

        var refused = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.PostAsync("workflows/run", body, ("Idempotency-Key", "a"))));
        Assert.All(refused, answer => answer.AssertError(404, "not_found"));
        await scene.AddProfileAsync("acme_openai", "acme");
        (await client.PostAsync("workflows/run", body, ("Idempotency-Key", "a"))).AssertSucceeded();

        Assert.Single(scene.Models.Requests);
    }

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

    [Fact]
    public async Task StopRacingTheEndLeavesOneEnd()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "story");

        await Parallel.ForEachAsync(Enumerable.Range(0, 60), new ParallelOptions { MaxDegreeOfParallelism = 12, CancellationToken = Token }, async (i, _) =>
        {
            using var stream = await client.StreamAsync(new() { ["about"] = $"fox {i}" }, body => body["credential_profile"] = "acme_openai");
            var started = await stream.UntilAsync("workflow_started");
            var stops = Enumerable.Range(0, 4).Select(async n =>
            {
                await Task.Delay((i * 7 + n * 3) % 40, Token);
                return await client.PostAsync($"workflows/tasks/{started.RunId}/stop", new JsonObject { ["user"] = "someone" });
            });
            var answers = await Task.WhenAll(stops);
            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
            var rest = await stream.ToEndAsync();
            var end = Assert.Single(rest, one => one.Name == "workflow_finished");
            Assert.Same(end, rest[^1]);
            var status = (string?)end.Data["status"];
            Assert.True(status is "stopped" or "succeeded", end.Json.ToJsonString());
            Assert.Equal(status, (string?)(await client.GetAsync($"workflows/run/{started.RunId}")).Json["status"]);
        });
    }

    [Fact]
    public async Task TokenRevokedBetweenRequestsIsRefusedAtOnce()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        for (var round = 0; round < 5; round++)
        {
            using var client = await scene.AddTokenAsync("acme", "keyed");
            (await client.RunAsync(Hello, body => body["credential_profile"] = "acme_openai")).AssertSucceeded();
            var before = Enumerable.Range(0, 16).Select(_ => client.RunAsync(Hello, body => body["credential_profile"] = "acme_openai")).ToArray();
            await scene.Tokens.RevokeAsync(client.Token.Token.Id, Token);
            scene.Models.ClearRequests();
            var paid = scene.Models.TotalUsage.Requests;
            var after = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => client.RunAsync(Hello, body => body["credential_profile"] = "acme_openai")));
            Assert.All(after, answer => answer.AssertError(401, "unauthorized"));
            foreach (var answer in await Task.WhenAll(before))
                Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Unauthorized || (string?)answer.Json["error_code"] is WorkflowErrorCodes.ProfileDisabled or WorkflowErrorCodes.Stopped, answer.Text);
            Assert.True(scene.Models.TotalUsage.Requests - paid <= 16);
        }
    }

    [Fact]
    public async Task GrantTakenAwayHoldsAtTheNextRun()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "keyed");
        (await client.RunAsync(Hello, body => body["credential_profile"] = "acme_openai")).AssertSucceeded();

        await scene.Tokens.ReplaceAsync(client.Token.Token.Id, new TokenDraft { Name = client.Token.Token.Name, Workflows = ["keyed"], Tenants = ["other"] }, cancellationToken: Token);

        (await client.RunAsync(Hello, body => body["credential_profile"] = "acme_openai")).AssertError(404, "not_found");
        Assert.Single(scene.Models.Requests);
    }

    /// <summary>Requests that follow each other on one connection are answered in order, each with its own token's rights.</summary>
    [Fact]
    public async Task PipelinedRequestsKeepTheirTokens()
    {
        await using var scene = await ServerScene.StartAsync();
        var (acme, beta) = (ServerScene.NewKey(), ServerScene.NewKey());
        await scene.AddProfileAsync("acme_openai", "acme", acme);
        await scene.AddProfileAsync("beta_openai", "beta", beta);
        using var one = await scene.AddTokenAsync("acme", "keyed");
        using var two = await scene.AddTokenAsync("beta", "keyed");
        var path = scene.Address.AbsolutePath + "workflows/run";
        byte[] Request(TestClient client, string text, string tenant, bool last = false)
        {
            var body = new JsonObject { ["inputs"] = new JsonObject { ["text"] = text }, ["user"] = "u", ["credential_tenant"] = tenant }.ToJsonString();
            return Encoding.UTF8.GetBytes(
                $"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {client.Token.Value.Reveal()}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n{(last ? "Connection: close\r\n" : "")}\r\n{body}");
        }

        var answer = await RawHttp.SendAsync(scene.Address, [.. Request(one, "of acme", "acme"), .. Request(two, "of beta", "beta"), .. Request(two, "of acme", "acme"), .. Request(one, "of acme", "acme", last: true)]);

        Assert.Equal([200, 200, 404, 200], answer.Split("HTTP/1.1 ")[1..].Select(part => int.Parse(part.AsSpan(0, 3), System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal([("of acme", acme), ("of beta", beta), ("of acme", acme)], scene.Models.Requests.Select(request => (request.LastUserMessage, request.Key)));
    }

    [Fact]
    public async Task SlowBodyHoldsUpNobody()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "keyed");
        var slow = Enumerable.Range(0, 20).Select(_ => RawHttp.SendAsync(
            scene.Address, RawHttp.Post(scene.Address.AbsolutePath + "workflows/run", client.Token.Value.Reveal(), "{\"inputs\""u8.ToArray(), "Content-Length: 1000\r\n", withLength: false), TimeSpan.FromSeconds(3))).ToArray();

        var watch = Stopwatch.StartNew();
        (await client.RunAsync(Hello, body => body["credential_profile"] = "acme_openai")).AssertSucceeded();
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30));
        await Task.WhenAll(slow);
        Assert.Single(scene.Models.Requests);
    }

    private static TokenDraft Draft(params string[] workflows) => new() { Name = "token-" + Guid.NewGuid().ToString("N"), Workflows = workflows, Tenants = ["acme"] };

    private sealed class HeldNetwork : HttpMessageHandler
    {
        private int requests;

        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<string> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Requests => requests;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref requests);
            Asked.TrySetResult();
            return new(HttpStatusCode.OK) { Content = new StringContent(await Answer.Task.WaitAsync(cancellationToken)) };
        }
    }
}
