using KeyedWorkflows.Tests.Credentials;
using KeyedWorkflows.Tests.Runtime;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using static KeyedWorkflows.Tests.Limits.LimitScene;

namespace KeyedWorkflows.Tests.Limits;

/// <summary>What a profile may use in a day and in a month.</summary>
public sealed class BudgetTests
{
    private readonly MemoryBooks books = new();

    [Fact]
    public async Task BudgetHoldsUnder64Way()
    {
        const int Fits = 20;
        await using var scene = SceneOf(new() { Day = new() { Tokens = Held * Fits }, Month = new() { Money = Held * 100 * 0.001m } });
        scene.Model.Otherwise = static async (_, token) =>
        {
            await Task.Delay(1, token);
            return Answer(24, 10);
        };

        var ended = await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ =>
        {
            var calls = 0;
            for (var call = 0; call < 5; call++)
            {
                try
                {
                    await AskAsync(scene);
                    calls++;
                }
                catch (WorkflowRunException error) when (error.Code is WorkflowErrorCodes.BudgetSpent or WorkflowErrorCodes.LimitReached)
                {
                }
            }
            return calls;
        }));

        // Each call used all that it held back: exactly as many as fit were made, by whomever.
        Assert.Equal((Fits, Fits), (ended.Sum(), scene.Model.Requests.Count));
    }

    /// <summary>As when an operator gives a profile a second budget while runs go on: what is held back and not booked yet is not forgotten.</summary>
    [Fact]
    public async Task A_budget_that_is_opened_anew_under_another_mark_goes_on_with_what_is_held_back()
    {
        var profile = Profiles.Of("limited", "acme", "fake") with { Limits = new() { Month = new() { Tokens = 50 } }, BudgetMark = "1-a" };
        using var limiter = new UsageLimiter(TimeProvider.System, new(), books);
        var payer = new SlotBinding("main", CredentialSource.Call, profile, null);
        Task<CallReservation?> Reserve(string mark) => limiter.ReserveAsync(profile with { BudgetMark = mark }, RunCaller.Host, payer, "model", new(20, 10), new(null), Scene.Ct).AsTask();

        var first = await Reserve("1-a");
        books.Before = static _ => new(20, 0);
        Assert.Equal(WorkflowErrorCodes.LimitReached, (await Assert.ThrowsAsync<ModelCallException>(() => Reserve("2-b"))).Code);
        first!.Settle(new(1, 15, 10), null, DateTimeOffset.UtcNow);

        Assert.Equal(WorkflowErrorCodes.BudgetSpent, (await Assert.ThrowsAsync<ModelCallException>(() => Reserve("2-b"))).Code);
        Assert.Equal(2, books.Opened);
    }

    [Fact]
    public async Task A_callers_budget_holds_beside_the_payers()
    {
        await using var scene = SceneOf(new() { Day = new() { Tokens = 1_000 } });
        var payer = new SlotBinding("main", CredentialSource.Call, Profiles.Of("limited", "acme", "fake") with { Limits = new() { Day = new() { Tokens = 1_000 } } }, null);
        var caller = new RunCaller { Name = "token", Limits = new() { Month = new() { Tokens = 50 } } };
        Task<CallReservation?> Reserve() => scene.Limiter.ReserveAsync(payer.Profile, caller, payer, "model", new(20, 10), new(null), Scene.Ct).AsTask();

        await Reserve();
        var refused = await Assert.ThrowsAsync<ModelCallException>(Reserve);

        Assert.Contains("this token", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_calls_under_way_hold_back_is_not_spent_and_may_be_waited_for()
    {
        await using var scene = SceneOf(new() { Day = new() { Tokens = Held + Used } });
        var answer = new TaskCompletionSource();
        scene.Model.Otherwise = async (_, token) =>
        {
            await answer.Task.WaitAsync(token);
            return Answer(10, 5);
        };

        var first = AskAsync(scene);
        var refused = await RefusedAsync(scene);
        Assert.Equal((WorkflowErrorCodes.LimitReached, TimeSpan.FromSeconds(1)), (refused.Code, refused.RetryAfter));
        var patient = scene.RunAsync(Asking(), "x", "limited", new() { MaxWait = TimeSpan.FromMinutes(1) });
        answer.SetResult();
        await first;
        await AdvanceUntilAsync(scene, patient);

        await patient;
        Assert.Equal(2, scene.Model.Requests.Count);
        Assert.Equal(WorkflowErrorCodes.BudgetSpent, (await RefusedAsync(scene)).Code);
    }

    [Fact]
    public async Task A_budget_in_money_counts_what_the_prices_say()
    {
        await using var scene = SceneOf(new() { Day = new() { Money = 0.001m * (Held + Used) } });

        await AskAsync(scene);
        await AskAsync(scene);
        var refused = await RefusedAsync(scene);

        Assert.Equal((WorkflowErrorCodes.BudgetSpent, 429, TimeSpan.FromHours(12)), (refused.Code, refused.StatusCode, refused.RetryAfter));
        Assert.Contains("for this day", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_without_a_price_count_nothing_of_a_budget_in_money()
    {
        await using var scene = SceneOf(new() { Day = new() { Money = 0.000001m } }, books: new() { BillionthsOfToken = 0 });

        await AskAsync(scene);
        await AskAsync(scene);

        Assert.Equal(2, scene.Model.Requests.Count);
    }

    [Fact]
    public async Task A_budget_of_zero_lets_nothing_through()
    {
        await using var scene = SceneOf(new() { Month = new() { Tokens = 0 } });

        Assert.Equal(WorkflowErrorCodes.BudgetSpent, (await RefusedAsync(scene)).Code);
        Assert.Empty(scene.Model.Requests);
    }

    [Fact]
    public async Task What_was_spent_before_the_process_began_counts()
    {
        books.Before = static key => key.Period == BudgetPeriod.Month ? new(1_000, 0) : default;
        await using var scene = SceneOf(new() { Day = new() { Tokens = 1_000 }, Month = new() { Tokens = 1_000 + Held } });

        await AskAsync(scene);
        Assert.Contains("for this month", (await RefusedAsync(scene)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_does_not_say_what_was_spent_lets_nothing_through()
    {
        books.Before = static _ => throw new WorkflowRunException(WorkflowErrorCodes.StoreUnavailable, "The store does not answer.");
        await using var scene = SceneOf(new() { Day = new() { Tokens = 1_000 } });

        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, (await RefusedAsync(scene)).Code);

        books.Before = static _ => default;
        await AskAsync(scene);
        Assert.Single(scene.Model.Requests);
    }

    [Fact]
    public async Task A_new_day_begins_with_nothing_spent_and_the_month_goes_on()
    {
        await using var scene = SceneOf(new() { Day = new() { Tokens = Held }, Month = new() { Tokens = Held + Used } });

        await AskAsync(scene);
        Assert.Contains("for this day", (await RefusedAsync(scene)).Message, StringComparison.Ordinal);
        scene.Time.Advance(TimeSpan.FromHours(12));
        await AskAsync(scene);
        scene.Time.Advance(TimeSpan.FromDays(1));
        Assert.Contains("for this month", (await RefusedAsync(scene)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_jumps_over_midnight_and_back_finds_the_day_as_the_store_has_it()
    {
        var first = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
        books.Before = key => key.Start == first && books.Opened > 1 ? new(Held, 0) : default;
        await using var scene = SceneOf(new() { Day = new() { Tokens = Held } });

        await AskAsync(scene);
        scene.Time.AdjustTime(scene.Time.GetUtcNow().AddDays(1));
        await AskAsync(scene);
        scene.Time.AdjustTime(scene.Time.GetUtcNow().AddDays(-1));

        Assert.Equal(WorkflowErrorCodes.BudgetSpent, (await RefusedAsync(scene)).Code);
        Assert.Equal(2, scene.Model.Requests.Count);
    }

    [Fact]
    public void What_ended_before_midnight_and_is_counted_after_it_leaves_the_new_day_as_it_is()
    {
        var meter = new SubjectMeter(new(LimitSubjectKind.Profile, "acme"), 0);
        var periods = new LimitPeriods(TimeZoneInfo.Utc);
        var budget = new Budget { Tokens = 1 };
        var midnight = new DateTimeOffset(2026, 11, 25, 0, 0, 0, TimeSpan.Zero);
        BudgetMeter At(double seconds, string currency = "USD") => meter.MeterOf(BudgetPeriod.Day, budget with { Currency = currency }, periods, midnight.AddSeconds(seconds));

        var before = At(-1);
        var after = At(1);
        Assert.NotSame(before, after);
        Assert.Same(before, At(-0.5));
        Assert.Same(after, At(2));
        var other = At(2, "EUR");
        Assert.NotSame(after, other);
        Assert.Same(after, At(3));
        Assert.Same(other, At(3, "EUR"));
    }

    [Fact]
    public async Task A_soft_budget_warns_once_at_each_part_and_refuses_nothing()
    {
        await using var scene = SceneOf(new() { Day = new() { Tokens = 10 * Used, IsSoft = true } });

        for (var call = 0; call < 12; call++)
            await AskAsync(scene);

        Assert.Equal(12, scene.Model.Requests.Count);
        Assert.Equal([50, 80, 100], books.Notices.Select(static notice => notice.Percent));
        Assert.All(books.Notices, static notice => Assert.Equal(("limited", "acme", BudgetPeriod.Day), (notice.Name, notice.Tenant, notice.Key.Period)));
    }

    [Fact]
    public async Task A_call_that_passes_several_parts_at_once_tells_of_each()
    {
        await using var scene = SceneOf(new() { Day = new() { Tokens = Used, IsSoft = true } });

        await AskAsync(scene);
        await AskAsync(scene);

        Assert.Equal([50, 80, 100], books.Notices.Select(static notice => notice.Percent));
    }

    [Fact]
    public async Task The_parts_of_a_budget_that_was_changed_are_told_anew()
    {
        var store = new InMemoryProfileStore();
        await using var scene = SceneOf(null, services => WorkflowsBuilder.For(services).AddProfileStore(store));
        var profile = Profiles.Of("changed", "acme", "fake");
        store.Set(profile with { Limits = new() { Day = new() { Tokens = Used, IsSoft = true } } });
        await AskAsync(scene, "changed");

        store.Set(profile with { Limits = new() { Day = new() { Tokens = 4 * Used, IsSoft = true } } });
        await AskAsync(scene, "changed");
        await AskAsync(scene, "changed");

        Assert.Equal([(Used, 50), (Used, 80), (Used, 100), (4 * Used, 50)], books.Notices.Select(static notice => ((int)notice.Budget.Tokens!, notice.Percent)));
    }

    [Fact]
    public async Task NegativeUsageDoesNotRefund()
    {
        await using var scene = SceneOf(new() { Day = new() { Tokens = 2 * Held } });
        scene.Model.Answers(Answer(-1_000_000, 10)).Answers(Answer(10, -1_000_000));

        await AskAsync(scene);
        await AskAsync(scene);

        // What cannot be is booked as what was held back.
        Assert.Equal(WorkflowErrorCodes.BudgetSpent, (await RefusedAsync(scene)).Code);
        Assert.Equal(2, scene.Model.Requests.Count);
    }

    [Fact]
    public async Task Usage_beyond_reason_is_booked_as_what_was_held_back()
    {
        await using var scene = SceneOf(new() { Day = new() { Tokens = Held + 1_000 } });
        scene.Model.Answers(Answer(long.MaxValue, long.MaxValue));

        await AskAsync(scene);
        await AskAsync(scene);

        Assert.Equal(2, scene.Model.Requests.Count);
    }

    [Fact]
    public async Task What_a_provider_does_not_report_is_counted_by_estimate()
    {
        await using var scene = SceneOf(new() { Day = new() { Tokens = Held + 5 } });
        scene.Model.Answers(new ChatResponse(new ChatMessage(ChatRole.Assistant, "four")));

        await AskAsync(scene);

        Assert.Equal(WorkflowErrorCodes.BudgetSpent, (await RefusedAsync(scene)).Code);
    }

    [Fact]
    public async Task DisconnectBeforeUsageIsBooked()
    {
        await using var scene = SceneOf(new() { Day = new() { Tokens = (2 * Held) - 1 } });
        using var leaves = CancellationTokenSource.CreateLinkedTokenSource(Scene.Ct);
        scene.Model.Answers(async (_, token) =>
        {
            await leaves.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            return FakeModel.Text("never");
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.RunAsync(Asking(), "x", "limited", null, leaves.Token));

        // All that it may have used is counted: nobody knows how far the provider went on.
        Assert.Equal(WorkflowErrorCodes.BudgetSpent, (await RefusedAsync(scene)).Code);
    }

    [Theory]
    [InlineData(false, WorkflowErrorCodes.BudgetSpent)]
    [InlineData(true, null)]
    public async Task A_connection_that_breaks_after_something_was_sent_counts_as_what_the_call_held_back(bool isUnsent, string? refusal)
    {
        await using var scene = SceneOf(new() { Day = new() { Tokens = (2 * Held) - 1 } });
        scene.Model.Fails(new ModelCallException(WorkflowErrorCodes.ConnectionFailed, "broken") { IsUnsent = isUnsent });

        Assert.Equal(WorkflowErrorCodes.ConnectionFailed, (await RefusedAsync(scene)).Code);

        if (refusal is null)
            await AskAsync(scene);
        else
            Assert.Equal(refusal, (await RefusedAsync(scene)).Code);
    }

    [Theory]
    [InlineData(0, WorkflowErrorCodes.BudgetSpent)]
    [InlineData(1, null)]
    public async Task A_stream_that_is_cut_off_counts_as_what_came_or_where_nothing_came_as_what_it_held_back(int pieces, string? refusal)
    {
        await using var scene = SceneOf(new() { Day = new() { Tokens = (2 * Held) - 1 } });
        using var leaves = CancellationTokenSource.CreateLinkedTokenSource(Scene.Ct);
        scene.Model.BeforePiece = async (piece, token) =>
        {
            if (piece < pieces)
                return;
            await leaves.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
        };
        var streaming = Written.Paid(Written.Steps("Call"), (emitted, _) => emitted.StepAsync(0, async scope =>
        {
            await foreach (var _ in scope.ChatClient(0).GetStreamingResponseAsync("hello", cancellationToken: scope.CancellationToken))
            {
            }
            return "never";
        }));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.RunAsync(streaming, "x", "limited", null, leaves.Token));

        scene.Model.BeforePiece = static (_, _) => Task.CompletedTask;
        if (refusal is null)
            await AskAsync(scene);
        else
            Assert.Equal(refusal, (await RefusedAsync(scene)).Code);
    }

    [Fact]
    public async Task A_stream_that_a_step_lets_go_before_its_end_counts_as_what_came()
    {
        await using var scene = SceneOf(new() { Day = new() { Tokens = (2 * Held) - 1 } });
        var leaving = Written.Paid(Written.Steps("Call"), (emitted, _) => emitted.StepAsync(0, async scope =>
        {
            await foreach (var update in scope.ChatClient(0).GetStreamingResponseAsync("hello", cancellationToken: scope.CancellationToken))
                return update.Text;
            return "never";
        }));

        Assert.Equal("re:", await scene.RunAsync(leaving, "x", "limited"));
        await AskAsync(scene);
    }

    [Fact]
    public async Task A_call_that_is_refused_for_another_reason_gives_back_what_it_held()
    {
        await using var scene = SceneOf(new() { Day = new() { Tokens = 2 * Held }, RequestsPerMinute = 2 });

        for (var run = 0; run < 3; run++)
        {
            var error = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.RunAsync(Asking(), "x", "limited", new() { MaxCalls = 0 }));
            Assert.Equal(WorkflowErrorCodes.CallLimitReached, error.Code);
        }
        await AskAsync(scene);
        await AskAsync(scene);
    }

    [Fact]
    public async Task A_run_whose_budget_is_spent_is_refused_before_its_first_step()
    {
        await using var scene = SceneOf(new() { Day = new() { Tokens = 0 } });
        var steps = 0;
        var workflow = Written.Paid(Written.Steps("Call"), (emitted, _) => emitted.StepAsync(0, _ =>
        {
            steps++;
            return Task.FromResult("never");
        }));

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.RunAsync(workflow, "x", "limited"));

        Assert.Equal((WorkflowErrorCodes.BudgetSpent, null, 0), (error.Code, error.Step, steps));
    }

    /// <summary>It is an author's mistake, and none that a payer is to suffer for until the month ends.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_that_nobody_ends_holds_nothing_back_when_its_step_is_over(bool isLayered)
    {
        await using var scene = SceneOf(
            new() { Day = new() { Tokens = Used + Held } },
            isLayered ? static services => WorkflowsBuilder.For(services).UseChatClient(static (client, _) => new Passing(client)) : null);
        scene.Model.Answers("one two three");
        IAsyncEnumerator<ChatResponseUpdate>? kept = null;
        var left = Written.Paid(Written.Steps("Call"), (emitted, _) => emitted.StepAsync(0, async scope =>
        {
            kept = scope.ChatClient(0).GetStreamingResponseAsync("hello", cancellationToken: scope.CancellationToken).GetAsyncEnumerator(CancellationToken.None);
            await kept.MoveNextAsync();
            return kept.Current.Text;
        }));

        await scene.RunAsync(left, "x", "limited");

        Assert.Equal("re: hello", await AskAsync(scene));
        Assert.Equal(WorkflowErrorCodes.StepContract, (await Assert.ThrowsAsync<ModelCallException>(async () =>
        {
            while (await kept!.MoveNextAsync())
            {
            }
        })).Code);
        await kept!.DisposeAsync();
    }

    /// <summary>Another node may have spent all of it meanwhile.</summary>
    [Fact]
    public async Task What_the_store_said_is_gone_by_for_seconds_and_longer_where_it_is_away()
    {
        await using var scene = SceneOf(new() { Day = new() { Tokens = 1_000 } });
        await AskAsync(scene);
        await AskAsync(scene);
        Assert.Equal(1, books.Opened);

        scene.Time.Advance(TimeSpan.FromSeconds(6));
        books.Before = static _ => throw new WorkflowRunException(WorkflowErrorCodes.StoreUnavailable, "away");
        await AskAsync(scene);
        books.Before = static _ => new(1_000, 0);
        await AskAsync(scene);
        Assert.Equal(2, books.Opened);

        scene.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(WorkflowErrorCodes.BudgetSpent, (await RefusedAsync(scene)).Code);
        Assert.Equal(3, books.Opened);
    }

    private Scene SceneOf(UsageLimits? limits, Action<IServiceCollection>? more = null, MemoryBooks? books = null, int? runs = null) => LimitScene.Of(books ?? this.books, limits, more, runs);

    private sealed class Passing(IChatClient inner) : DelegatingChatClient(inner);
}
