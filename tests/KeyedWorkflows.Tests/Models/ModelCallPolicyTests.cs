using Microsoft.Extensions.Time.Testing;

namespace KeyedWorkflows.Tests.Models;

public sealed class ModelCallPolicyTests
{
    private readonly FakeTimeProvider time = new();
    private int tries;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_fault_that_may_pass_is_tried_again_as_often_as_it_is_set_and_no_more()
    {
        var call = Run(Policy(), Transient());

        await TickAsync(call);

        Assert.Equal(WorkflowErrorCodes.RateLimited, (await Assert.ThrowsAsync<ModelCallException>(() => call)).Code);
        Assert.Equal(4, tries);
    }

    [Fact]
    public async Task A_fault_that_will_not_pass_is_not_tried_again()
    {
        await Assert.ThrowsAsync<ModelCallException>(() => Run(Policy(), () => new ModelCallException(WorkflowErrorCodes.Unauthorized, "no")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Run(Policy(), () => new InvalidOperationException()));

        Assert.Equal(2, tries);
    }

    [Fact]
    public async Task The_provider_says_how_long_to_wait()
    {
        var call = Run(Policy(), Transient(TimeSpan.FromSeconds(7)), failures: 1);

        time.Advance(TimeSpan.FromSeconds(6.9));
        Assert.False(call.IsCompleted);
        Assert.Equal(1, tries);

        await TickAsync(call);
        Assert.Equal("done", await call);
        Assert.Equal(2, tries);
    }

    [Fact]
    public async Task A_provider_that_asks_for_longer_than_the_longest_wait_is_not_asked_again()
    {
        var error = await Assert.ThrowsAsync<ModelCallException>(() => Run(Policy(), Transient(TimeSpan.FromSeconds(31))));

        Assert.Equal(1, tries);
        Assert.Equal(TimeSpan.FromSeconds(31), error.RetryAfter);
    }

    [Fact]
    public async Task A_provider_that_asks_for_no_wait_at_all_is_not_hammered()
    {
        var call = Run(Policy(firstDelay: TimeSpan.FromSeconds(5)), Transient(TimeSpan.Zero), failures: 1);

        Assert.False(call.IsCompleted);
        await TickAsync(call);
        Assert.Equal("done", await call);
    }

    [Fact]
    public async Task There_is_a_wait_before_each_retry()
    {
        List<DateTimeOffset> at = [];
        var call = Run(Policy(firstDelay: TimeSpan.FromSeconds(4), maxDelay: TimeSpan.FromMinutes(5)), () =>
        {
            at.Add(time.GetUtcNow());
            return Transient()();
        });

        await TickAsync(call);
        await Assert.ThrowsAsync<ModelCallException>(() => call);

        Assert.Equal(4, at.Count);
        Assert.All(at.Zip(at.Skip(1)), pair => Assert.True(pair.Second > pair.First));
    }

    [Fact]
    public async Task A_wait_ends_with_its_callers_token()
    {
        using var stop = new CancellationTokenSource();
        var call = Run(Policy(), Transient(TimeSpan.FromSeconds(20)), token: stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(1, tries);
    }

    [Fact]
    public async Task A_limit_of_one_call_slows_no_other()
    {
        var policy = Policy();
        var limited = Run(policy, Transient(TimeSpan.FromSeconds(25)));

        Assert.Equal("done", await Run(policy, Transient(), failures: 0));
        Assert.False(limited.IsCompleted);
        await TickAsync(limited);
        await Assert.ThrowsAsync<ModelCallException>(() => limited);
    }

    [Fact]
    public async Task Without_retries_there_is_one_try()
    {
        await Assert.ThrowsAsync<ModelCallException>(() => Run(new ModelCallPolicy(new() { MaxRetries = 0 }, time), Transient()));

        Assert.Equal(1, tries);
    }

    [Theory]
    [InlineData(-1, 1, 1, 1)]
    [InlineData(11, 1, 1, 1)]
    [InlineData(3, -1, 1, 1)]
    [InlineData(3, 2, 1, 1)]
    [InlineData(3, 1, 3601, 1)]
    [InlineData(3, 1, 1, 0)]
    [InlineData(3, 1, 1, 3601)]
    public void A_setting_out_of_range_is_refused_by_name(int retries, int first, int longest, int tryTime)
    {
        var options = new ModelCallPolicyOptions
        {
            MaxRetries = retries,
            FirstDelay = TimeSpan.FromSeconds(first),
            MaxDelay = TimeSpan.FromSeconds(longest),
            TryTimeout = TimeSpan.FromSeconds(tryTime),
        };

        Assert.Contains("ModelCallPolicyOptions.", Assert.Throws<InvalidOperationException>(() => new ModelCallPolicy(options, time)).Message, StringComparison.Ordinal);
    }

    private static Func<Exception> Transient(TimeSpan? retryAfter = null) => () => new ModelCallException(WorkflowErrorCodes.RateLimited, "wait") { IsTransient = true, RetryAfter = retryAfter };

    private ModelCallPolicy Policy(TimeSpan? firstDelay = null, TimeSpan? maxDelay = null) =>
        new(new() { FirstDelay = firstDelay ?? TimeSpan.FromMilliseconds(500), MaxDelay = maxDelay ?? TimeSpan.FromSeconds(30) }, time);

    private Task<string> Run(ModelCallPolicy policy, Func<Exception> failure, int failures = int.MaxValue, CancellationToken? token = null)
    {
        var left = failures;
        return policy.ExecuteAsync(
            (_, _) =>
            {
                tries++;
                return left-- > 0 ? throw failure() : new ValueTask<string>("done");
            },
            0,
            token ?? Token).AsTask();
    }

    /// <summary>Moves the clock on in small steps, and lets what waits for it go on in between, until the call has ended.</summary>
    private async Task TickAsync(Task call)
    {
        while (!call.IsCompleted)
        {
            Token.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Yield();
        }
    }
}
