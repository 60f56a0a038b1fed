namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>What every chain is given.</summary>
public sealed record ChainRequest(string Text);
