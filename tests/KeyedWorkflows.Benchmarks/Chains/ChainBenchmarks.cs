using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>What a run costs around its steps: a chain of three that do next to nothing.</summary>
[Config(typeof(ShortJobs))]
public class ChainBenchmarks
{
    private static readonly ChainRequest Request = new("Where is my order?");
    private readonly PlainChain plain = new();
    private readonly AgentFrameworkChain agentFramework = new();
    private PlainScopedChain plainScoped = null!;
    private IReplyChainClient workflow = null!;
    private IIdentifiedReplyChainClient identified = null!;
    private IScopedReplyChainClient scoped = null!;

    [GlobalSetup]
    public void Setup()
    {
        var services = ChainHost.Create();
        plainScoped = new(services.GetRequiredService<IServiceScopeFactory>());
        workflow = services.GetRequiredService<IReplyChainClient>();
        identified = services.GetRequiredService<IIdentifiedReplyChainClient>();
        scoped = services.GetRequiredService<IScopedReplyChainClient>();
    }

    [Benchmark(Baseline = true)]
    public Task<ChainReply> Plain() => plain.RunAsync(Request);

    [Benchmark]
    public Task<ChainReply> PlainWithScope() => plainScoped.RunAsync(Request);

    /// <summary>With the profile bound by its name, and an id that is made when first asked for.</summary>
    [Benchmark]
    public Task<ChainReply> Workflow() => workflow.RunAsync(Request, ChainHost.Profile);

    /// <summary>As <see cref="Workflow"/>, and a step asks for the id.</summary>
    [Benchmark]
    public Task<ChainReply> WorkflowWithId() => identified.RunAsync(Request, ChainHost.Profile);

    /// <summary>As <see cref="Workflow"/>, with a scope a run and a service out of it.</summary>
    [Benchmark]
    public Task<ChainReply> WorkflowWithScope() => scoped.RunAsync(Request, ChainHost.Profile);

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
            ("workflow", chains.Workflow),
            ("workflow, its id asked for", chains.WorkflowWithId),
            ("workflow, with a scope", chains.WorkflowWithScope),
            ("agent framework, shared", chains.AgentFrameworkShared),
            ("agent framework, rebuilt", chains.AgentFrameworkRebuilt));
    }
}
