namespace KeyedWorkflows.Benchmarks.Load;

/// <summary>What the load programme asks, again and again.</summary>
public sealed record LoadQuestion(int Number, string Text);
