using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using Perfolizer.Horology;

namespace KeyedWorkflows.Benchmarks.Generators;

/// <summary>Short, and sized by time: one pass over a thousand classes takes most of a second, one over ten a few milliseconds.</summary>
public sealed class GeneratorConfig : ManualConfig
{
    public GeneratorConfig()
    {
        AddJob(Job.Default.WithLaunchCount(1).WithWarmupCount(4).WithIterationCount(9).WithIterationTime(TimeInterval.FromMilliseconds(400))
            .WithUnrollFactor(1).WithMinInvokeCount(1));
        AddDiagnoser(MemoryDiagnoser.Default);
    }
}
