namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>What the first step makes.</summary>
public sealed record Cleaned(string Text);
