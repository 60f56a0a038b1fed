using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>What a fork costs: two steps side by side between a first and a last, all of which do next to nothing.</summary>
[Config(typeof(ShortJobs))]
public class DiamondBenchmarks
{
    private static readonly ChainRequest Request = new("Where is my order?");
    private readonly PlainDiamond plain = new();
    private IReplyDiamondClient workflow = null!;

    [GlobalSetup]
    public void Setup() => workflow = ChainHost.Create().GetRequiredService<IReplyDiamondClient>();

    [Benchmark(Baseline = true)]
    public Task<ChainReply> Plain() => plain.RunAsync(Request);

    [Benchmark]
    public Task<ChainReply> Workflow() => workflow.RunAsync(Request, ChainHost.Profile);

    internal static Task CompareAsync()
    {
        DiamondBenchmarks diamonds = new();
        diamonds.Setup();
        return RatioProgram.CompareAsync(
            "A diamond, to WhenAll by hand",
            ("by hand", diamonds.Plain),
            ("workflow", diamonds.Workflow));
    }
}
