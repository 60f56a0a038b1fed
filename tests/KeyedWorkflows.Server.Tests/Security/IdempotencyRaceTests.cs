using System.Net;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Outages;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeyedWorkflows.Server.Tests.Security;

/// <summary>Requests of one idempotency key that meet: on one node, on several, and while the store is silent.</summary>
public sealed class IdempotencyRaceTests
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
        await using var scene = await ServerScene.StartAsync(new() { Services = WatchedKeys.AddTo });
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
        await WatchedKeys.Of(scene).ClaimedAsync(Token);
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
        await WatchedKeys.Of(scene).ClaimedAsync(Token);
        var waitingToo = client.PostAsync("workflows/run", body, ("Idempotency-Key", "a"));
        await WatchedKeys.Of(scene).ClaimedAsync(Token);
        await TakeKeyAwayAsync(scene);
        var taken = await clientOfOther.PostAsync("workflows/run", body, ("Idempotency-Key", "a"));
        Assert.False(taken.Headers.Contains("Idempotent-Replayed"));
        await gate.ArrivedAsync(2, Token);
        if (!isTurnFirst)
            await waiting;
        gate.Open();

        (await first).AssertSucceeded();
        Assert.Equal((HttpStatusCode.Accepted, taken.RunId), ((await waiting).Status, (await waiting).RunId));
        Assert.True((await waiting).Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(taken.RunId, (await waitingToo).RunId);
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

    /// <summary>If its node died here, another would find no run, take the key for free, and pay.</summary>
    [Fact]
    public async Task A_run_under_an_idempotency_key_pays_for_nothing_before_the_store_has_its_beginning()
    {
        FullDisk? disk = null;
        await using var scene = await ServerScene.StartAsync(new() { Services = services => WatchedKeys.AddTo(services.AddSingleton(all => WriterOn(all, disk = DiskOf(all)))) });
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "keyed");
        WatchedKeys.Of(scene).OnClaimed = () => disk!.IsFull = true;

        var stopped = await client.PostAsync("workflows/run", Asking(), ("Idempotency-Key", "a"));
        Assert.Equal((WorkflowErrorCodes.StoreUnavailable, "stopped"), ((string?)stopped.Json["error_code"] ?? (string?)stopped.Json["data"]?["error_code"], (string?)stopped.Json["data"]?["status"]));
        Assert.Contains("before it did anything", stopped.Text, StringComparison.Ordinal);
        Assert.Contains("again under the same Idempotency-Key; only where it is answered with this run", stopped.Text, StringComparison.Ordinal);
        disk!.IsFull = false;
        var again = await client.PostAsync("workflows/run", Asking(), ("Idempotency-Key", "a"));

        Assert.Equal((stopped.RunId, true), (again.RunId, again.Headers.Contains("Idempotent-Replayed")));
        Assert.Empty(scene.Models.Requests);
    }

    /// <summary>It stood still after it had begun, and before the store had heard so: another node found no run, and took the key.</summary>
    [Fact]
    public async Task A_run_that_stood_still_before_the_store_had_its_beginning_is_not_gone_on_with()
    {
        FullDisk? disk = null;
        var time = new MovedTime();
        await using var scene = await ServerScene.StartAsync(new()
        {
            Services = services => WatchedKeys.AddTo(services.AddSingleton<TimeProvider>(time).AddSingleton(all => WriterOn(all, disk = DiskOf(all)))),
        });
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "keyed");
        var keys = WatchedKeys.Of(scene);
        keys.OnClaimed = () => disk!.IsFull = true;

        var standing = client.PostAsync("workflows/run", Asking(), ("Idempotency-Key", "a"));
        await disk!.Met.WaitAsync(TimeSpan.FromSeconds(30), Token);
        await TakeKeyAwayAsync(scene);
        time.Pass(TimeSpan.FromMinutes(3));
        (keys.OnClaimed, disk.IsFull) = (static () => { }, false);

        Assert.Contains("its Idempotency-Key is not its own any more. Send the request again under the same Idempotency-Key", (await standing).Text, StringComparison.Ordinal);
        Assert.Empty(scene.Models.Requests);
        var other = await client.PostAsync("workflows/run", Asking(), ("Idempotency-Key", "a"));
        other.AssertSucceeded();
        Assert.NotEqual((await standing).RunId, other.RunId);
        Assert.Single(scene.Models.Requests);
    }

    [Fact]
    public async Task Why_a_run_was_refused_is_told_also_where_its_idempotency_key_cannot_be_given_back()
    {
        await using var scene = await ServerScene.StartAsync(new() { Services = WatchedKeys.AddTo });
        using var client = await scene.AddTokenAsync("acme", "keyed");
        WatchedKeys.Of(scene).TakesNothingBack = true;

        (await client.PostAsync("workflows/run", Asking(), ("Idempotency-Key", "a"))).AssertError(404, "not_found");
    }

    private static JsonObject Asking() => new() { ["inputs"] = Hello, ["user"] = "someone", ["credential_profile"] = "acme_openai" };

    private static FullDisk DiskOf(IServiceProvider all) => new(all.GetRequiredService<HostStorage>().Database);

    private static HistoryWriter WriterOn(IServiceProvider all, IStorageDatabase database) => new(database, TimeProvider.System, NullLogger<HistoryWriter>.Instance);

    /// <summary>As another node does that has seen nobody hold it.</summary>
    private static async Task TakeKeyAwayAsync(ServerScene scene)
    {
        using var history = scene.Services.GetRequiredService<HostStorage>().Database.OpenHistory();
        history.IdempotencyKeys.RemoveRange(history.IdempotencyKeys);
        await history.SaveChangesAsync(Token);
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

    private static async Task SetHolderAsync(ServerScene scene, string run, DateTimeOffset heldUntil)
    {
        using var history = scene.Services.GetRequiredService<HostStorage>().Database.OpenHistory();
        foreach (var key in history.IdempotencyKeys)
            (key.RunId, key.HeldUntil) = (run, heldUntil.UtcTicks);
        await history.SaveChangesAsync(Token);
    }

    private static TokenDraft Draft(params string[] workflows) => new() { Name = "token-" + Guid.NewGuid().ToString("N"), Workflows = workflows, Tenants = ["acme"] };
}
