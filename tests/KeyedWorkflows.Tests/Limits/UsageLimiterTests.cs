using KeyedWorkflows.Tests.Credentials;
using KeyedWorkflows.Tests.Runtime;
using Microsoft.Extensions.Time.Testing;

namespace KeyedWorkflows.Tests.Limits;

/// <summary>What the limiter keeps of calls that are refused, of runs that give up, and of those whom nobody asked for.</summary>
public sealed class UsageLimiterTests : IDisposable
{
    private const long Most = 100;

    private static readonly DateTimeOffset Midnight = new(2026, 11, 25, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider time = new(Midnight.AddMinutes(-1));
    private readonly MemoryBooks books;
    private readonly UsageLimiter limiter;

    public UsageLimiterTests()
    {
        books = new() { Clock = time };
        limiter = new(time, new(), books);
    }

    public static TheoryData<UsageLimits> Spent =>
    [
        new UsageLimits { TokensPerMinute = Most },
        new UsageLimits { Day = new() { Tokens = Most } },
        new UsageLimits { Day = new() { Money = 0.001m * Most } },
        new UsageLimits { Month = new() { Tokens = Most } },
    ];

    public void Dispose() => limiter.Dispose();

    [Fact]
    public async Task A_call_that_one_limit_refuses_holds_back_nothing_of_the_others()
    {
        var payer = PayerOf(new() { RequestsPerMinute = 3, TokensPerMinute = 2 * Most, Day = new() { Tokens = 2 * Most }, Month = new() { Tokens = Most } });
        await HoldAsync(payer, 10);

        for (var call = 0; call < 10; call++)
            Assert.Equal(WorkflowErrorCodes.BudgetSpent, await RefusalAsync(payer, Most + 1));

        await HoldAsync(PayerOf(new() { TokensPerMinute = Most, Day = new() { Tokens = Most } }), Most - 10);
        await HoldAsync(PayerOf(new() { RequestsPerMinute = 3 }), 1);
        Assert.Equal(WorkflowErrorCodes.LimitReached, await RefusalAsync(PayerOf(new() { RequestsPerMinute = 3 }), 1));
    }

    [Theory]
    [MemberData(nameof(Spent))]
    public async Task A_run_whose_payer_has_nothing_left_does_not_begin(UsageLimits limits)
    {
        var payer = PayerOf(limits);
        (await HoldAsync(payer, 30)).Settle(new(1, Most - 1, 0), null, time.GetUtcNow());
        (await AdmitAsync(payer))!.Dispose();

        (await HoldAsync(payer, 1)).Settle(new(1, 1, 0), null, time.GetUtcNow());

        await Assert.ThrowsAsync<WorkflowRunException>(() => AdmitAsync(payer));
    }

    [Fact]
    public async Task A_call_that_goes_on_for_hours_holds_back_what_it_held()
    {
        var payer = PayerOf(new() { Month = new() { Tokens = Most } });
        await HoldAsync(payer, 40);

        time.Advance(TimeSpan.FromHours(3));
        await HoldAsync(Profiles.Of("another", "acme", "fake") with { Limits = payer.Limits }, 1);

        Assert.Equal(WorkflowErrorCodes.LimitReached, await RefusalAsync(payer, Most - 40 + 1));
        await HoldAsync(payer, Most - 40);
    }

    /// <summary>Other nodes have spent of the new day, too.</summary>
    [Fact]
    public async Task A_call_that_ends_after_midnight_asks_the_store_what_was_spent_of_the_new_day()
    {
        var payer = PayerOf(new() { Day = new() { Tokens = Most } });
        books.Before = static key => key.Start == Midnight ? new(Most - 10, 0) : default;
        var call = await HoldAsync(payer, 30);
        time.Advance(TimeSpan.FromMinutes(2));

        call.Settle(new(1, 5, 5), null, time.GetUtcNow());

        Assert.Equal([50, 80, 100], books.Notices.Select(static notice => notice.Percent));
    }

    [Fact]
    public async Task A_budget_in_money_tells_of_its_parts()
    {
        var payer = PayerOf(new() { Day = new() { Money = 0.001m * Most } });

        (await HoldAsync(payer, 60)).Settle(new(1, 50, 0), null, time.GetUtcNow());

        Assert.Equal([50], books.Notices.Select(static notice => notice.Percent));
    }

    [Fact]
    public async Task What_a_call_cost_is_the_price_of_the_model_that_answered()
    {
        var payer = PayerOf(new() { Day = new() { Money = 0.001m * Most } });
        books.Dear = "model-of-the-answer";

        (await HoldAsync(payer, 10)).Settle(new(1, 5, 5), "model-of-the-answer", time.GetUtcNow());

        Assert.Equal(WorkflowErrorCodes.BudgetSpent, await RefusalAsync(payer, 1));
    }

    [Fact]
    public async Task A_run_that_gives_up_its_wait_takes_no_place_later()
    {
        var payer = PayerOf(null) with { ConcurrentRuns = 1 };
        var first = await AdmitAsync(payer);
        using var leaves = new CancellationTokenSource();
        var impatient = AdmitAsync(payer, TimeSpan.FromHours(1), leaves.Token);
        Assert.False(impatient.IsCompleted);

        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient.WaitAsync(TimeSpan.FromSeconds(30), Scene.Ct));
        first!.Dispose();

        (await AdmitAsync(payer))!.Dispose();
    }

    private static StoredProfile PayerOf(UsageLimits? limits) => Profiles.Of("limited", "acme", "fake") with { Limits = limits };

    private static SlotBinding BindingOf(StoredProfile payer) => new("main", CredentialSource.Call, payer, null);

    private async Task<CallReservation> HoldAsync(StoredProfile payer, long tokens) =>
        (await limiter.ReserveAsync(payer, RunCaller.Host, BindingOf(payer), "model", new(tokens, 0), new(null), Scene.Ct))!;

    private async Task<string> RefusalAsync(StoredProfile payer, long tokens) => (await Assert.ThrowsAsync<ModelCallException>(() => HoldAsync(payer, tokens))).Code;

    private Task<IDisposable?> AdmitAsync(StoredProfile payer) => AdmitAsync(payer, null, Scene.Ct);

    private Task<IDisposable?> AdmitAsync(StoredProfile payer, TimeSpan? patience, CancellationToken cancellationToken) => limiter.AdmitAsync(
        new([BindingOf(payer)], "acme"), RunCaller.Host, static (slot, caller, _) => new(new CallParties(slot.Profile, caller)), new(patience), cancellationToken).AsTask();
}
