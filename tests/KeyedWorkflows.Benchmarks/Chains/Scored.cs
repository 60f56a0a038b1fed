namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>What the second step makes.</summary>
public sealed record Scored(string Text, int Score);
