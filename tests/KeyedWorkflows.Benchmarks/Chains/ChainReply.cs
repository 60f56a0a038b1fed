namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>What every chain gives back.</summary>
public sealed record ChainReply(string Text, int Score);
