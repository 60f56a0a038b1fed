using BenchmarkDotNet.Attributes;

namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>What a fork costs: two steps side by side between a first and a last, all of which do next to nothing.</summary>
[MemoryDiagnoser]
public class DiamondBenchmarks
{
    private static readonly ChainRequest Request = new("Where is my order?");
    private readonly PlainDiamond plain = new();

    [Benchmark(Baseline = true)]
    public Task<ChainReply> Plain() => plain.RunAsync(Request);

    internal static Task CompareAsync()
    {
        DiamondBenchmarks diamonds = new();
        return RatioProgram.CompareAsync(
            "A diamond, to WhenAll by hand",
            ("by hand", diamonds.Plain));
    }
}
