using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using Perfolizer.Horology;

namespace KeyedWorkflows.Benchmarks;

/// <summary>Short jobs: the bytes are exact after one run, and the times are read as ratios.</summary>
public sealed class ShortJobs : ManualConfig
{
    public ShortJobs()
    {
        AddJob(Job.Default.WithLaunchCount(1).WithWarmupCount(4).WithIterationCount(9).WithIterationTime(TimeInterval.FromMilliseconds(200)));
        AddDiagnoser(MemoryDiagnoser.Default);
    }
}
