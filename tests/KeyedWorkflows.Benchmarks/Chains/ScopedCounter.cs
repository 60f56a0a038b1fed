namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>A service that lives as long as one run.</summary>
public sealed class ScopedCounter
{
    public int Count { get; private set; }

    public int Next() => ++Count;
}
