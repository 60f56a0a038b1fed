using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>What a run costs around its steps: a chain of three that do next to nothing.</summary>
[MemoryDiagnoser]
public class ChainBenchmarks
{
    private static readonly ChainRequest Request = new("Where is my order?");
    private readonly PlainChain plain = new();
    private readonly AgentFrameworkChain agentFramework = new();
    private PlainScopedChain plainScoped = null!;

    [GlobalSetup]
    public void Setup()
    {
        var services = new ServiceCollection().AddScoped<ScopedCounter>().BuildServiceProvider();
        plainScoped = new(services.GetRequiredService<IServiceScopeFactory>());
    }

    [Benchmark(Baseline = true)]
    public Task<ChainReply> Plain() => plain.RunAsync(Request);

    [Benchmark]
    public Task<ChainReply> PlainWithScope() => plainScoped.RunAsync(Request);

    [Benchmark]
    public Task<ChainReply> AgentFrameworkShared() => agentFramework.RunSharedAsync(Request);

    [Benchmark]
    public Task<ChainReply> AgentFrameworkRebuilt() => agentFramework.RunRebuiltAsync(Request);

    internal static Task CompareAsync()
    {
        ChainBenchmarks chains = new();
        chains.Setup();
        return RatioProgram.CompareAsync(
            "A chain of three steps, to three awaits by hand",
            ("by hand", chains.Plain),
            ("by hand, with a scope", chains.PlainWithScope),
            ("agent framework, shared", chains.AgentFrameworkShared),
            ("agent framework, rebuilt", chains.AgentFrameworkRebuilt));
    }
}
