using BenchmarkDotNet.Attributes;
using KeyedWorkflows.Runtime;

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

    private readonly UsageLimiter limiter = new(TimeProvider.System, new UsageLimitOptions(), null);
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

    private async Task CallAsync(StoredProfile payer, RunCaller caller)
    {
        var reservation = await limiter.ReserveAsync(payer, caller, binding, "gpt-4o-mini", new CallSize(200, 100), RunPatience.None, CancellationToken.None);
        reservation!.Settle(new RunUsage(1, 50, 20), "gpt-4o-mini", DateTimeOffset.UnixEpoch);
    }
}
