using CsCheck;

namespace KeyedWorkflows.Tests.Limits;

public sealed class UsageWindowTests
{
    private const long Second = TimeSpan.TicksPerSecond;

    /// <summary>Beside a list of all that was ever counted, which is looked through each time.</summary>
    [Fact]
    public void A_window_says_what_a_list_of_everything_says()
    {
        // Now and then nobody comes for longer than a minute.
        var waits = Gen.Frequency((6, Gen.Long[0, 20]), (1, Gen.Long[50, 200]));
        Gen.Select(waits, Gen.Long[1, 1_000], Gen.Long[-300, 300]).Array[1, 60].Sample(steps =>
        {
            var window = new UsageWindow();
            List<(long Part, long Amount)> all = [];
            var now = 1_000_000 * Second;
            foreach (var (wait, amount, difference) in steps)
            {
                now += wait * Second;
                var part = window.Add(now, amount);
                all.Add((part, amount));
                window.Correct(now, all[0].Part, difference);
                if (part - all[0].Part < 12)
                    all.Add((all[0].Part, difference));
                var present = now / (5 * Second);
                Assert.Equal(all.Where(one => present - one.Part < 12).Sum(static one => one.Amount), window.SumAt(now));
            }
        });
    }

    [Fact]
    public void A_clock_that_was_set_back_takes_nothing_out_of_the_window()
    {
        var window = new UsageWindow();
        window.Add(1_000 * Second, 5);

        window.Add(950 * Second, 3);

        Assert.Equal(8, window.SumAt(1_000 * Second));
        Assert.Equal(0, window.SumAt(1_060 * Second));
    }

    [Fact]
    public void Who_comes_again_when_it_says_fits()
    {
        Gen.Select(Gen.Long[0, 12], Gen.Long[1, 50]).Array[1, 40].Sample(steps =>
        {
            const long limit = 100;
            var window = new UsageWindow();
            var now = 1_000_000 * Second;
            foreach (var (wait, amount) in steps)
            {
                now += wait * Second;
                if (window.SumAt(now) + amount > limit)
                {
                    var until = window.TimeUntilFits(now, amount, limit);
                    Assert.InRange(until, TimeSpan.FromTicks(1), TimeSpan.FromMinutes(1));
                    Assert.True(window.SumAt(now + until.Ticks - 1) + amount > limit, "It would have fitted before.");
                    now += until.Ticks;
                }
                Assert.True(window.SumAt(now) + amount <= limit);
                window.Add(now, amount);
            }
        });
    }
}
