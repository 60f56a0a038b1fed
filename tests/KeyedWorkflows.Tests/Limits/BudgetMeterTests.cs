namespace KeyedWorkflows.Tests.Limits;

/// <summary>What this process has used and the store has counted meanwhile.</summary>
public sealed class BudgetMeterTests
{
    private static readonly DateTimeOffset Day = new(2026, 11, 25, 0, 0, 0, TimeSpan.Zero);

    private readonly BudgetMeter meter = new(new(new(LimitSubjectKind.Profile, "acme"), BudgetPeriod.Day, Day, "USD"), Day.AddDays(1));

    [Fact]
    public void What_the_store_has_counted_is_counted_here_no_more()
    {
        var budget = new Budget { Tokens = 100 };
        meter.Settle(new(10, 3), default, budget);
        meter.Settle(new(7, 2), default, budget);

        meter.Committed(new(10, 3), new(25, 8), 1);

        Assert.Equal(new(25 + 7, 8 + 2), meter.Spent);
        Assert.Equal((BudgetRoom.Spent, BudgetRoom.Held), (meter.TryHold(budget, new(69, 0)), meter.TryHold(budget, new(68, 0))));
    }
}
