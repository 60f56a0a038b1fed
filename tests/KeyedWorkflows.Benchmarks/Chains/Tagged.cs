namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>What the diamond's other middle step makes.</summary>
public sealed record Tagged(string Text, int Tag);
