namespace KeyedWorkflows;

/// <summary>What a call holds back of its payer's and its caller's limits until it is known what it used. It is settled or given back once; what comes later changes nothing. Safe for use from several threads.</summary>
internal sealed class CallReservation(UsageLimiter limiter, CallSize size, string provider, string model)
{
    // Two at most, the payer's and the caller's: each call makes one of these, and a list of them would be two things more.
    private HeldTokens? one;
    private HeldTokens? other;
    private List<HeldBudget>? budgets;
    private BookedPrice? mostPrice;
    private bool isPriced;
    private int isOver;

    /// <summary>The most that the call may use.</summary>
    public CallSize Size => size;

    /// <summary>What the call may cost at most; null where no price is known. It is found once, for all of its budgets.</summary>
    public BookedPrice? PriceAt(DateTimeOffset now)
    {
        if (!isPriced)
            (isPriced, mostPrice) = (true, limiter.PriceOf(provider, model, null, size.Usage, now));
        return mostPrice;
    }

    public void Holds(LimitedParty party, long part, long tokens)
    {
        other = one;
        one = new(party, part, tokens);
    }

    public void Holds(LimitedParty party, BudgetMeter meter, Budget budget, BudgetSums cost) => (budgets ??= new(4)).Add(new(party, meter, budget, cost));

    /// <summary>The call was not made: all is as before.</summary>
    public void GiveBack()
    {
        if (Interlocked.Exchange(ref isOver, 1) != 0)
            return;
        var ticks = limiter.Ticks;
        one?.GiveBack(ticks);
        other?.GiveBack(ticks);
        foreach (var held in budgets ?? [])
            held.Meter.Release(held.Cost);
    }

    /// <summary>The call ended.</summary>
    /// <param name="used">What it used, as it is booked.</param>
    /// <param name="modelAnswered">The model that answered.</param>
    /// <param name="at">When it ended: it belongs to the periods of that moment.</param>
    public void Settle(in RunUsage used, string? modelAnswered, DateTimeOffset at)
    {
        if (Interlocked.Exchange(ref isOver, 1) != 0)
            return;
        var ticks = limiter.Ticks;
        one?.Settle(ticks, used.TotalTokens);
        other?.Settle(ticks, used.TotalTokens);
        if (budgets is null)
            return;
        var price = limiter.PriceOf(provider, model, modelAnswered, used, at);
        foreach (var held in budgets)
        {
            var meter = limiter.MeterOf(held.Party, held.Meter.Key.Period, held.Budget, at);
            var isOfBefore = meter != held.Meter;
            if (isOfBefore)
                held.Meter.Release(held.Cost);
            var passed = meter.Settle(new(used.TotalTokens, price is { } known && known.Currency == held.Budget.Currency ? known.Billionths : 0), isOfBefore ? default : held.Cost, held.Budget);
            if (passed.Count > 0)
                limiter.Tell(held.Party, meter, held.Budget, passed);
        }
    }

    private readonly record struct HeldTokens(LimitedParty Party, long Part, long Tokens)
    {
        public void GiveBack(long ticks) => Party.Meter.Correct(ticks, Part, -Tokens, isMade: false);

        public void Settle(long ticks, long used) => Party.Meter.Correct(ticks, Part, used - Tokens, isMade: true);
    }

    private readonly record struct HeldBudget(LimitedParty Party, BudgetMeter Meter, Budget Budget, BudgetSums Cost);
}
