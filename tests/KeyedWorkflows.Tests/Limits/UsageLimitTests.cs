using KeyedWorkflows.Tests.Credentials;
using KeyedWorkflows.Tests.Runtime;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using static KeyedWorkflows.Tests.Limits.LimitScene;

namespace KeyedWorkflows.Tests.Limits;

/// <summary>What a profile may use in a minute, and how many runs it pays for at once.</summary>
public sealed class UsageLimitTests
{
    private readonly MemoryBooks books = new();

    [Fact]
    public async Task Requests_a_minute_are_counted_for_the_profile_alone()
    {
        await using var scene = SceneOf(new() { RequestsPerMinute = 2 });

        await AskAsync(scene);
        scene.Time.Advance(TimeSpan.FromSeconds(20));
        await AskAsync(scene);
        var refused = await RefusedAsync(scene);

        Assert.Equal((WorkflowErrorCodes.LimitReached, 429, "limited"), (refused.Code, refused.StatusCode, refused.Profile));
        Assert.Equal(2, scene.Model.Requests.Count);
        Assert.InRange(refused.RetryAfter!.Value, TimeSpan.FromSeconds(35), TimeSpan.FromSeconds(40));
        await AskAsync(scene, "acme");

        scene.Time.Advance(refused.RetryAfter.Value);
        await AskAsync(scene);
        await RefusedAsync(scene);
    }

    [Fact]
    public async Task Each_try_of_a_call_is_a_request()
    {
        await using var scene = SceneOf(new() { RequestsPerMinute = 3 }, static services => services.Configure<ModelCallPolicyOptions>(static options =>
        {
            options.MaxRetries = 2;
            options.FirstDelay = TimeSpan.Zero;
        }));
        scene.Model.Fails(Broken()).Fails(Broken()).Answers("third");

        await AskAsync(scene);
        await RefusedAsync(scene);

        Assert.Equal(3, scene.Model.Requests.Count);

        static ModelCallException Broken() => new(WorkflowErrorCodes.ProviderFailed, "broken") { IsTransient = true };
    }

    [Fact]
    public async Task Tokens_a_minute_hold_back_the_most_and_then_count_what_was_used()
    {
        await using var scene = SceneOf(new() { TokensPerMinute = Held + Used });

        await AskAsync(scene);
        await AskAsync(scene);
        var refused = await RefusedAsync(scene);

        Assert.Equal(WorkflowErrorCodes.LimitReached, refused.Code);
        Assert.Equal(2, scene.Model.Requests.Count);
        scene.Time.Advance(refused.RetryAfter!.Value);
        await AskAsync(scene);
    }

    [Fact]
    public async Task A_call_that_may_use_more_than_a_minutes_tokens_takes_a_minute_of_its_own()
    {
        await using var scene = SceneOf(new() { TokensPerMinute = Held - 1 });

        await AskAsync(scene);
        await RefusedAsync(scene);
        scene.Time.Advance(TimeSpan.FromMinutes(1));
        await AskAsync(scene);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_frees_no_minute()
    {
        await using var scene = SceneOf(new() { RequestsPerMinute = 1 });

        await AskAsync(scene);
        scene.Time.AdjustTime(scene.Time.GetUtcNow().AddHours(-2));
        await RefusedAsync(scene);
        Assert.Single(scene.Model.Requests);
    }

    [Fact]
    public async Task A_run_that_may_wait_waits_for_its_turn_and_no_longer_than_it_may()
    {
        await using var scene = SceneOf(new() { RequestsPerMinute = 1 });
        await AskAsync(scene);

        var impatient = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.RunAsync(Asking(), "x", "limited", new() { MaxWait = TimeSpan.FromSeconds(10) }));
        Assert.Equal(WorkflowErrorCodes.LimitReached, impatient.Code);

        var patient = scene.RunAsync(Asking(), "x", "limited", new() { MaxWait = TimeSpan.FromMinutes(2) });
        await AdvanceUntilAsync(scene, patient);
        Assert.Equal("re: hello", await patient);
        Assert.Equal(2, scene.Model.Requests.Count);
    }

    [Fact]
    public async Task Who_is_revoked_while_a_call_waits_for_its_turn_does_not_pay()
    {
        var store = new InMemoryProfileStore();
        await using var scene = SceneOf(null, services => WorkflowsBuilder.For(services).AddProfileStore(store));
        var profile = Profiles.Of("revoked", "acme", "fake") with { Limits = new() { RequestsPerMinute = 1 } };
        store.Set(profile);
        var twice = Written.Paid(Written.Steps("Call"), (emitted, _) => emitted.StepAsync(0, async scope =>
        {
            await scope.ChatClient(0).GetResponseAsync("hello", cancellationToken: scope.CancellationToken);
            return (await scope.ChatClient(0).GetResponseAsync("hello", cancellationToken: scope.CancellationToken)).Text;
        }));

        var patient = scene.RunAsync(twice, "x", "revoked", new() { MaxWait = TimeSpan.FromHours(2) });
        Assert.False(patient.IsCompleted);
        store.Set(profile with { Enabled = false });
        await AdvanceUntilAsync(scene, patient);

        Assert.Equal(WorkflowErrorCodes.ProfileDisabled, (await Assert.ThrowsAsync<WorkflowRunException>(() => patient)).Code);
        Assert.Single(scene.Model.Requests);
    }

    /// <summary>A run that would wait for an hour begins when its limit is raised, and not then.</summary>
    [Fact]
    public async Task A_limit_that_is_raised_while_a_run_waits_to_begin_lets_it_begin()
    {
        var store = new InMemoryProfileStore();
        var profile = SpentByOneCall;
        await using var scene = await SpentAsync(store, profile);

        var patient = scene.RunAsync(Asking(), "x", profile.Name, new() { MaxWait = TimeSpan.FromDays(1) });
        scene.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.False(patient.IsCompleted);
        store.Set(profile with { Limits = new() { Day = new() { Tokens = 1_000 } }, Revision = "2" });
        await AdvanceUntilAsync(scene, patient);

        Assert.Equal("an answer", await patient);
    }

    [Fact]
    public async Task Who_is_revoked_while_a_run_waits_to_begin_does_not_pay()
    {
        var store = new InMemoryProfileStore();
        var profile = SpentByOneCall;
        await using var scene = await SpentAsync(store, profile);

        var patient = scene.RunAsync(Asking(), "x", profile.Name, new() { MaxWait = TimeSpan.FromDays(1) });
        store.Set(profile with { Enabled = false });
        await AdvanceUntilAsync(scene, patient);

        Assert.Equal(WorkflowErrorCodes.ProfileDisabled, (await Assert.ThrowsAsync<WorkflowRunException>(() => patient)).Code);
    }

    /// <summary>It is told within seconds, though it may wait for a day.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(null, true)]
    public async Task A_run_that_waits_for_a_place_hears_of_what_becomes_of_its_payer(int? runs, bool isEnabled)
    {
        var store = new InMemoryProfileStore();
        await using var scene = SceneOf(null, services => WorkflowsBuilder.For(services).AddProfileStore(store));
        var profile = Profiles.Of("one-at-once", "acme", "fake") with { ConcurrentRuns = 1 };
        store.Set(profile);
        var gate = new TaskCompletionSource();
        scene.Model.Otherwise = async (_, _) =>
        {
            await gate.Task;
            return Answer(24, 10);
        };
        var first = scene.RunAsync(Asking(), "x", profile.Name);
        var patient = scene.RunAsync(Asking(), "x", profile.Name, new() { MaxWait = TimeSpan.FromDays(1) });
        scene.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((false, 1), (patient.IsCompleted, scene.Model.Requests.Count));

        store.Set(profile with { ConcurrentRuns = runs, Enabled = isEnabled, Revision = "2" });
        for (var second = 0; second < 200 && !patient.IsCompleted && scene.Model.Requests.Count < 2; second++)
        {
            scene.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        Assert.Equal(isEnabled ? 2 : 1, scene.Model.Requests.Count);
        gate.SetResult();
        Assert.Equal("an answer", await first);
        if (isEnabled)
            Assert.Equal("an answer", await patient);
        else
            Assert.Equal(WorkflowErrorCodes.ProfileDisabled, (await Assert.ThrowsAsync<WorkflowRunException>(() => patient)).Code);
    }

    /// <summary>Nothing was sent: it is no time of the provider's.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task To_wait_for_its_turn_is_no_time_of_the_providers(bool isLayered)
    {
        await using var scene = SceneOf(new() { RequestsPerMinute = 1 }, services =>
        {
            services.Configure<ModelCallPolicyOptions>(static options => options.TryTimeout = TimeSpan.FromSeconds(5));
            if (isLayered)
                WorkflowsBuilder.For(services).UseChatClient(static (client, _) => new Passing(client));
        });
        var twice = Written.Paid(Written.Steps("Call"), (emitted, _) => emitted.StepAsync(0, async scope =>
        {
            await scope.ChatClient(0).GetResponseAsync("hello", cancellationToken: scope.CancellationToken);
            return (await scope.ChatClient(0).GetResponseAsync("hello", cancellationToken: scope.CancellationToken)).Text;
        }));

        var run = scene.RunAsync(twice, "x", "limited", new() { MaxWait = TimeSpan.FromMinutes(5) });
        await AdvanceUntilAsync(scene, run);

        Assert.Equal("re: hello", await run);
    }

    [Fact]
    public void What_was_waited_for_longer_than_a_run_may_leaves_nothing_to_wait_with()
    {
        var patience = new RunPatience(TimeSpan.FromSeconds(20));

        patience.Take(TimeSpan.FromSeconds(15));
        Assert.Equal(TimeSpan.FromSeconds(5), patience.Rest);
        Assert.False(patience.TryTake(TimeSpan.FromSeconds(6)));
        patience.Take(TimeSpan.FromSeconds(6));
        Assert.Equal(TimeSpan.Zero, patience.Rest);
    }

    [Fact]
    public async Task Runs_whose_payers_are_swapped_do_not_hold_each_others_places()
    {
        var (one, other) = (Profiles.Of("one", "acme", "fake") with { ConcurrentRuns = 1 }, Profiles.Of("other", "acme", "fake") with { ConcurrentRuns = 1 });
        using var limiter = new UsageLimiter(TimeProvider.System, new(), books);
        Task<IDisposable?> Admit(params StoredProfile[] payers) => limiter.AdmitAsync(
            new([.. payers.Select(static payer => new SlotBinding(payer.Name, CredentialSource.Call, payer, null))], "acme"), RunCaller.Host, static (slot, caller, _) => new(new CallParties(slot.Profile, caller)), new(TimeSpan.FromMinutes(1)), Scene.Ct).AsTask();

        var first = await Admit(one);
        var there = Admit(one, other);
        var back = Admit(other, one);

        // Neither holds the other's place while it waits for the one that both need.
        (await Admit(other))!.Dispose();
        Assert.False(there.IsCompleted || back.IsCompleted);
        first!.Dispose();
        (await there)!.Dispose();
        (await back)!.Dispose();
    }

    [Fact]
    public async Task Limits_that_nobody_asked_for_in_an_hour_are_forgotten_and_nobody_is_counted_twice()
    {
        var store = new InMemoryProfileStore();
        await using var scene = SceneOf(null, services => WorkflowsBuilder.For(services).AddProfileStore(store));
        StoredProfile[] all = [.. ((string[])["idle", "busy", "new"]).Select(static name => Profiles.Of(name, "acme", "fake") with { Limits = new() { RequestsPerMinute = 1 } })];
        foreach (var profile in all)
            store.Set(profile);
        var limiter = scene.Limiter;

        await AskAsync(scene, "idle");
        await AskAsync(scene, "busy");
        scene.Time.Advance(TimeSpan.FromHours(3));
        await AskAsync(scene, "busy");
        await AskAsync(scene, "new");
        Assert.Equal(2, limiter.MeterCount);
        await AskAsync(scene, "idle");
        foreach (var profile in all)
            store.Set(profile with { Model = "another" });

        foreach (var profile in all)
            await RefusedAsync(scene, profile.Name);
    }

    [Fact]
    public async Task As_many_runs_go_on_at_once_as_the_profile_may_pay_for()
    {
        await using var scene = SceneOf(null, runs: 2);
        var answer = new TaskCompletionSource();
        scene.Model.Otherwise = async (_, token) =>
        {
            await answer.Task.WaitAsync(token);
            return FakeModel.Text("late");
        };

        var going = new[] { AskAsync(scene), AskAsync(scene) };
        var refused = await RefusedAsync(scene);
        Assert.Equal((WorkflowErrorCodes.LimitReached, 2), (refused.Code, scene.Model.Requests.Count));
        var other = AskAsync(scene, "acme");
        var waiting = scene.RunAsync(Asking(), "x", "limited", new() { MaxWait = TimeSpan.FromMinutes(1) });
        answer.SetResult();

        await Task.WhenAll([.. going, other, waiting]);
        await Task.WhenAll(AskAsync(scene), AskAsync(scene));
    }

    [Fact]
    public async Task A_run_that_fails_gives_its_place_back()
    {
        await using var scene = SceneOf(null, runs: 1);
        scene.Model.Fails(new ModelCallException(WorkflowErrorCodes.ProviderFailed, "broken"));

        Assert.Equal(WorkflowErrorCodes.ProviderFailed, (await RefusedAsync(scene)).Code);
        await AskAsync(scene);
    }

    [Fact]
    public async Task Limits_that_limit_nothing_are_as_none()
    {
        await using var scene = SceneOf(new());

        await AskAsync(scene);

        Assert.Single(scene.Model.Requests);
    }

    [Fact]
    public async Task Beneath_layers_each_request_of_theirs_is_held_to_the_limits()
    {
        await using var scene = SceneOf(new() { RequestsPerMinute = 3 }, static services => WorkflowsBuilder.For(services).UseChatClient(static (client, _) => new AskingTwice(client)));

        await AskAsync(scene);
        Assert.Equal(WorkflowErrorCodes.LimitReached, (await RefusedAsync(scene)).Code);

        Assert.Equal(3, scene.Model.Requests.Count);
    }

    [Fact]
    public async Task A_change_of_limits_holds_from_the_next_call_on_and_forgets_nothing()
    {
        var store = new InMemoryProfileStore();
        await using var scene = SceneOf(null, services => WorkflowsBuilder.For(services).AddProfileStore(store));
        var profile = Profiles.Of("changed", "acme", "fake") with { Limits = new() { RequestsPerMinute = 1 } };
        store.Set(profile);

        await AskAsync(scene, "changed");
        await RefusedAsync(scene, "changed");
        store.Set(profile with { Limits = new() { RequestsPerMinute = 2 } });
        await AskAsync(scene, "changed");
        await RefusedAsync(scene, "changed");
    }

    private Scene SceneOf(UsageLimits? limits, Action<IServiceCollection>? more = null, MemoryBooks? books = null, int? runs = null) => LimitScene.Of(books ?? this.books, limits, more, runs);

    private static StoredProfile SpentByOneCall => Profiles.Of("limited-later", "acme", "fake") with { Limits = new() { Day = new() { Tokens = Held } } };

    /// <summary>A scene in which the profile, of a store that can be changed, has spent its day's budget.</summary>
    private async Task<Scene> SpentAsync(InMemoryProfileStore store, StoredProfile profile)
    {
        var scene = SceneOf(null, services => WorkflowsBuilder.For(services).AddProfileStore(store));
        store.Set(profile);
        scene.Model.Otherwise = static (_, _) => Task.FromResult(Answer(24, 10));
        await AskAsync(scene, profile.Name);
        return scene;
    }

    private sealed class AskingTwice(IChatClient inner) : DelegatingChatClient(inner)
    {
        public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            await base.GetResponseAsync(messages, options, cancellationToken);
            return await base.GetResponseAsync(messages, options, cancellationToken);
        }
    }

    private sealed class Passing(IChatClient inner) : DelegatingChatClient(inner);
}
