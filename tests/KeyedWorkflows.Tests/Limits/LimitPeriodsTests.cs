namespace KeyedWorkflows.Tests.Limits;

public sealed class LimitPeriodsTests
{
    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")] // 23 hours
    [InlineData("Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")] // 25 hours
    [InlineData("America/Havana", "2026-03-08T06:00:00Z", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z")] // clocks skip midnight
    [InlineData("Asia/Kathmandu", "2026-11-29T18:14:59Z", "2026-11-28T18:15:00Z", "2026-11-29T18:15:00Z")]
    [InlineData("UTC", "2026-12-31T23:59:59Z", "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z")]
    public void A_day_is_that_of_the_zone(string zone, string at, string start, string end)
    {
        var periods = new LimitPeriods(TimeZoneInfo.FindSystemTimeZoneById(zone));

        Assert.Equal((Time(start), Time(end)), periods.Of(BudgetPeriod.Day, Time(at)));
        Assert.Equal(periods.Of(BudgetPeriod.Day, Time(start)), periods.Of(BudgetPeriod.Day, Time(end).AddTicks(-1)));
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-31T21:59:59Z", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z")]
    [InlineData("UTC", "2026-02-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z")]
    public void A_month_is_that_of_the_zone(string zone, string at, string start, string end) =>
        Assert.Equal((Time(start), Time(end)), new LimitPeriods(TimeZoneInfo.FindSystemTimeZoneById(zone)).Of(BudgetPeriod.Month, Time(at)));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
