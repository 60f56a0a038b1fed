using Microsoft.Extensions.Time.Testing;

namespace KeyedWorkflows.Tests.Models;

/// <summary>The time of one try, which is the provider's.</summary>
public sealed class TryClockTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void While_any_request_waits_for_its_turn_no_time_passes()
    {
        using var clock = Clock();

        clock.Pause();
        clock.Pause();
        clock.Resume();
        time.Advance(TimeSpan.FromHours(1));
        Assert.False(clock.IsUp);

        clock.Resume();
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.True(clock.IsUp);
    }

    /// <summary>A layer may ask ahead while the step works on a piece of a stream: that the request has had its turn does not have the step's own time pass for the provider's.</summary>
    [Fact]
    public void A_request_that_has_waited_starts_no_clock_that_a_stream_has_stopped()
    {
        using var clock = Clock();

        clock.Stop();
        clock.Pause();
        clock.Resume();
        time.Advance(TimeSpan.FromHours(1));
        Assert.False(clock.IsUp);

        // Nor does a stream start it that is read while a request waits.
        clock.Pause();
        clock.Restart();
        time.Advance(TimeSpan.FromHours(1));
        Assert.False(clock.IsUp);

        clock.Resume();
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.True(clock.IsUp);
    }

    /// <summary>A layer may leave a request behind: what that has held back of a limit would never be given back.</summary>
    [Fact]
    public void A_request_that_is_left_behind_finds_the_clock_gone_and_goes_on()
    {
        var clock = Clock();
        clock.Pause();

        clock.Dispose();

        clock.Resume();
    }

    private TryClock Clock() => new(new ModelCallPolicy(new ModelCallPolicyOptions { TryTimeout = TimeSpan.FromSeconds(30) }, time), CancellationToken.None, CancellationToken.None);
}
