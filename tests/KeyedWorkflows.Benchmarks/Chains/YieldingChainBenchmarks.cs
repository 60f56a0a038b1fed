using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>A chain of three steps that really wait: each gives its thread up once.</summary>
[Config(typeof(ShortJobs))]
public class YieldingChainBenchmarks
{
    /// <summary>Many in one measured call, so that starting and joining it does not count.</summary>
    private const int Runs = 256;

    private static readonly ChainRequest Request = new("Where is my order?");
    private readonly PlainYieldingChain plain = new();
    private readonly AgentFrameworkChain agentFramework = new();
    private IYieldingReplyChainClient workflow = null!;

    [GlobalSetup]
    public void Setup() => workflow = ChainHost.Create().GetRequiredService<IYieldingReplyChainClient>();

    [Benchmark(Baseline = true, OperationsPerInvoke = Runs)]
    public Task Plain() => RepeatAsync(RunPlainAsync);

    [Benchmark(OperationsPerInvoke = Runs)]
    public Task Workflow() => RepeatAsync(RunWorkflowAsync);

    [Benchmark(OperationsPerInvoke = Runs)]
    public Task AgentFrameworkShared() => RepeatAsync(RunAgentFrameworkAsync);

    internal static Task CompareAsync()
    {
        YieldingChainBenchmarks chains = new();
        chains.Setup();
        return RatioProgram.CompareAsync(
            "A chain of three steps that yield, to three awaits by hand",
            ("by hand", chains.RunPlainAsync),
            ("workflow", chains.RunWorkflowAsync),
            ("agent framework, shared", chains.RunAgentFrameworkAsync));
    }

    private static async Task RepeatAsync(Func<Task> run)
    {
        for (var i = 0; i < Runs; i++)
            await run();
    }

    private Task<ChainReply> RunPlainAsync() => plain.RunAsync(Request);

    private Task<ChainReply> RunWorkflowAsync() => workflow.RunAsync(Request, ChainHost.Profile);

    private Task<ChainReply> RunAgentFrameworkAsync() => agentFramework.RunSharedYieldingAsync(Request);
}
