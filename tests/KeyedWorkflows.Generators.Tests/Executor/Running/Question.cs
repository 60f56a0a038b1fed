namespace KeyedWorkflows.Generators.Tests.Executor.Running;

/// <summary>The input of every drawn workflow.</summary>
public sealed record Question(string Text) : IText;
