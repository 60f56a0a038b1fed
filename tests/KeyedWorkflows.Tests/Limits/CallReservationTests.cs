using KeyedWorkflows.Tests.Credentials;
using KeyedWorkflows.Tests.Runtime;
using Microsoft.Extensions.Time.Testing;

namespace KeyedWorkflows.Tests.Limits;

/// <summary>What a call holds back, and what becomes of it when the call ends. What is left is what the largest call may use that is let through.</summary>
public sealed class CallReservationTests : IDisposable
{
    private const long Most = 100;

    private static readonly DateTimeOffset Midnight = new(2026, 11, 25, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider time = new(Midnight.AddMinutes(-1));
    private readonly MemoryBooks books;
    private readonly UsageLimiter limiter;
    private StoredProfile payer = PayerOf(new() { Day = new() { Tokens = Most } });
    private RunCaller caller = RunCaller.Host;

    public CallReservationTests()
    {
        books = new() { Clock = time };
        limiter = new(time, new(), books);
    }

    public enum Limit
    {
        TokensOfMinute,
        TokensOfDay,
        TokensOfMonth,
        MoneyOfDay,
    }

    public static TheoryData<Limit, bool> All => new(Enum.GetValues<Limit>().SelectMany(static limit => (IEnumerable<(Limit, bool)>)[(limit, false), (limit, true)]));

    public void Dispose() => limiter.Dispose();

    [Fact]
    public async Task A_call_that_ends_after_midnight_takes_nothing_from_what_calls_of_the_new_day_hold_back()
    {
        var yesterdays = await HoldAsync(30);
        time.Advance(TimeSpan.FromMinutes(2));
        await HoldAsync(40);

        yesterdays.Settle(Used(10), null, time.GetUtcNow());

        await AssertLeftAsync(Most - 10 - 40);
    }

    [Fact]
    public async Task A_call_that_ends_after_midnight_gives_back_what_it_held_of_the_day_before()
    {
        var yesterdays = await HoldAsync(30);
        await HoldAsync(20);
        time.Advance(TimeSpan.FromMinutes(2));

        yesterdays.Settle(Used(10), null, time.GetUtcNow());

        await AssertLeftAsync(Most - 10);
        time.AdjustTime(Midnight.AddSeconds(-30));
        await AssertLeftAsync(Most - 20);
    }

    [Fact]
    public async Task A_call_that_ended_before_midnight_and_is_settled_after_it_belongs_to_the_day_before()
    {
        var yesterdays = await HoldAsync(30);
        time.Advance(TimeSpan.FromMinutes(2));
        await HoldAsync(40);

        yesterdays.Settle(Used(10), null, Midnight.AddSeconds(-1));

        await AssertLeftAsync(Most - 40);
        time.AdjustTime(Midnight.AddSeconds(-30));
        await AssertLeftAsync(Most - 10);
    }

    [Fact]
    public async Task Of_a_month_that_goes_on_after_midnight_a_call_takes_what_it_used_and_no_more()
    {
        payer = PayerOf(new() { Day = new() { Tokens = 2 * Most }, Month = new() { Tokens = Most } });
        var yesterdays = await HoldAsync(30);
        time.Advance(TimeSpan.FromMinutes(2));
        await HoldAsync(40);

        yesterdays.Settle(Used(10), null, time.GetUtcNow());

        await AssertLeftAsync(Most - 10 - 40);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_call_that_was_made_leaves_what_it_did_not_use_to_others(Limit limit, bool isOfCaller)
    {
        SetLimit(limit, isOfCaller);
        var call = await HoldAsync(30);
        await HoldAsync(20);
        await AssertLeftAsync(Most - 30 - 20);

        call.Settle(Used(12), null, time.GetUtcNow());

        await AssertLeftAsync(Most - 12 - 20);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_call_that_used_more_than_it_held_back_leaves_less(Limit limit, bool isOfCaller)
    {
        SetLimit(limit, isOfCaller);
        var call = await HoldAsync(30);

        call.Settle(Used(45), null, time.GetUtcNow());

        await AssertLeftAsync(Most - 45);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_call_that_was_not_made_leaves_all_as_it_was(Limit limit, bool isOfCaller)
    {
        SetLimit(limit, isOfCaller);
        var call = await HoldAsync(30);
        await HoldAsync(20);

        call.GiveBack();

        await AssertLeftAsync(Most - 20);
    }

    /// <summary>As where a stream is let go by its step, and by its reader after that.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public async Task What_was_settled_or_given_back_is_so_once(Limit limit, bool isOfCaller)
    {
        SetLimit(limit, isOfCaller);
        var (made, unmade) = (await HoldAsync(20), await HoldAsync(15));
        await HoldAsync(40);

        for (var again = 0; again < 2; again++)
        {
            made.Settle(Used(12), null, time.GetUtcNow());
            unmade.GiveBack();
        }
        made.GiveBack();
        unmade.Settle(Used(15), null, time.GetUtcNow());

        await AssertLeftAsync(Most - 12 - 40);
    }

    [Fact]
    public async Task A_call_for_payer_and_caller_is_counted_for_each_of_them()
    {
        payer = PayerOf(new() { TokensPerMinute = Most, Day = new() { Tokens = Most } });
        caller = new() { Name = "token", Limits = new() { TokensPerMinute = Most, Month = new() { Tokens = Most } } };
        var (made, unmade) = (await HoldAsync(30), await HoldAsync(20));

        made.Settle(Used(12), null, time.GetUtcNow());
        unmade.GiveBack();

        var both = (payer, caller);
        caller = RunCaller.Host;
        await AssertLeftAsync(Most - 12);
        (payer, caller) = (PayerOf(null), both.caller);
        await AssertLeftAsync(Most - 12);
    }

    [Theory]
    [InlineData(40L, 60L)]
    [InlineData(null, 100L)]
    public async Task A_call_that_may_use_more_than_a_minutes_tokens_holds_back_all_of_them_and_leaves_what_it_did_not_use(long? used, long left)
    {
        payer = PayerOf(new() { TokensPerMinute = Most });
        var large = await HoldAsync(Most + 50);
        Assert.False(await FitsAsync(1));

        if (used is { } tokens)
            large.Settle(Used(tokens), null, time.GetUtcNow());
        else
            large.GiveBack();

        // Where all is left, one that may use more than that fits again.
        Assert.Equal((true, left == Most), (await FitsAsync(left), await FitsAsync(left + 1)));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_request_that_was_made_counts_and_one_that_was_not_made_does_not(bool isMade, bool fits)
    {
        payer = PayerOf(new() { RequestsPerMinute = 2 });
        await HoldAsync(10);
        var call = await HoldAsync(10);
        Assert.False(await FitsAsync(1));

        if (isMade)
            call.Settle(Used(10), null, time.GetUtcNow());
        else
            call.GiveBack();

        Assert.Equal(fits, await FitsAsync(1));
    }

    [Fact]
    public async Task A_budget_in_another_currency_than_the_prices_counts_no_money()
    {
        payer = PayerOf(new() { Day = new() { Tokens = Most, Money = 0.001m, Currency = "EUR" } });
        var call = await HoldAsync(30);

        call.Settle(Used(12), null, time.GetUtcNow());

        await AssertLeftAsync(Most - 12);
    }

    private static StoredProfile PayerOf(UsageLimits? limits) => Profiles.Of("limited", "acme", "fake") with { Limits = limits };

    private static RunUsage Used(long tokens) => new(1, tokens - 4, 4);

    /// <summary>One has the limit, and the other has more than that.</summary>
    private void SetLimit(Limit limit, bool isOfCaller)
    {
        var (one, other) = (LimitsOf(limit, Most), LimitsOf(limit, 10 * Most));
        payer = PayerOf(isOfCaller ? other : one);
        caller = new() { Name = "token", Limits = isOfCaller ? one : other };
    }

    private static UsageLimits LimitsOf(Limit limit, long most) => limit switch
    {
        Limit.TokensOfMinute => new() { TokensPerMinute = most },
        Limit.TokensOfDay => new() { Day = new() { Tokens = most } },
        Limit.TokensOfMonth => new() { Month = new() { Tokens = most } },
        _ => new() { Day = new() { Money = 0.001m * most } },
    };

    private async Task<CallReservation> HoldAsync(long tokens) =>
        (await limiter.ReserveAsync(payer, caller, new("main", CredentialSource.Call, payer, null), "model", new(tokens - 1, 1), new(null), Scene.Ct))!;

    private async Task<bool> FitsAsync(long tokens)
    {
        try
        {
            (await HoldAsync(tokens)).GiveBack();
            return true;
        }
        catch (ModelCallException error) when (error.Code is WorkflowErrorCodes.LimitReached or WorkflowErrorCodes.BudgetSpent)
        {
            return false;
        }
    }

    private async Task AssertLeftAsync(long tokens) => Assert.Equal((true, false), (await FitsAsync(tokens), await FitsAsync(tokens + 1)));
}
