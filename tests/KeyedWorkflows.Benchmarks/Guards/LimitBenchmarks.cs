using BenchmarkDotNet.Attributes;
using KeyedWorkflows.Runtime;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Benchmarks.Guards;

/// <summary>What limits cost a call: to hold back what it may use, and to settle; of a profile with all limits there are, and of one whose caller has as many.</summary>
[Config(typeof(ShortJobs))]
public class LimitBenchmarks
{
    private static readonly UsageLimits All = new()
    {
        RequestsPerMinute = int.MaxValue,
        TokensPerMinute = long.MaxValue / 2,
        Day = new() { Tokens = long.MaxValue / 2 },
        Month = new() { Tokens = long.MaxValue / 2 },
    };

    private static readonly UsageLimits AllInMoney = All with { Day = new() { Money = 1_000_000 }, Month = new() { Money = 1_000_000 } };

    private readonly UsageLimiter limiter = new(TimeProvider.System, new UsageLimitOptions(), null);
    private readonly UsageLimiter priced = new(TimeProvider.System, new UsageLimitOptions(), new PricedBooks());
    private readonly StoredProfile paid = new() { Id = "paid", Name = "paid", Provider = "openai", Revision = "1", Limits = AllInMoney };
    private readonly RunCaller payer = new() { Name = "payer", Limits = AllInMoney };
    private readonly StoredProfile unlimited = new() { Id = "none", Name = "none", Provider = "openai", Revision = "1" };
    private readonly StoredProfile minute = new() { Id = "minute", Name = "minute", Provider = "openai", Revision = "1", Limits = new() { RequestsPerMinute = int.MaxValue } };
    private readonly StoredProfile limited = new() { Id = "all", Name = "all", Provider = "openai", Revision = "1", Limits = All };
    private readonly RunCaller caller = new() { Name = "token", Limits = All };
    private readonly SlotBinding binding;

    public LimitBenchmarks() => binding = new("main", CredentialSource.Call, limited, null);

    /// <summary>A profile without limits.</summary>
    [Benchmark(Baseline = true)]
    public bool Unlimited() => UsageLimiter.Limits(unlimited, RunCaller.Host);

    [Benchmark]
    public Task RequestsOfProfile() => CallAsync(minute, RunCaller.Host);

    [Benchmark]
    public Task AllOfProfile() => CallAsync(limited, RunCaller.Host);

    [Benchmark]
    public Task AllOfProfileAndToken() => CallAsync(limited, caller);

    /// <summary>The same in money, by the prices that come along: with a store behind, which is asked what others spent when it was not heard of for seconds.</summary>
    [Benchmark]
    public Task AllOfProfileAndTokenInMoney() => CallAsync(priced, paid, payer);

    private Task CallAsync(StoredProfile payer, RunCaller caller) => CallAsync(limiter, payer, caller);

    private async Task CallAsync(UsageLimiter limiter, StoredProfile payer, RunCaller caller)
    {
        var reservation = await limiter.ReserveAsync(payer, caller, binding, "gpt-4o-mini", new CallSize(200, 100), RunPatience.None, CancellationToken.None);
        reservation!.Settle(new RunUsage(1, 50, 20), "gpt-4o-mini", limiter == priced ? DateTimeOffset.UtcNow : DateTimeOffset.UnixEpoch);
    }

    private sealed class PricedBooks : IUsageBooks
    {
        private readonly PriceTable prices = new([]);

        public BookedPrice? PriceOf(string provider, string? modelAsked, string? modelAnswered, in RunUsage usage, DateTimeOffset at) => prices.Of(provider, modelAsked, modelAnswered, usage, at);

        public Task OpenAsync(BudgetMeter meter)
        {
            meter.Committed(default, default(BudgetSums), TimeProvider.System.GetTimestamp());
            return Task.CompletedTask;
        }

        public void Tell(BudgetNotice notice)
        {
        }
    }
}
