namespace KeyedWorkflows.Generators.Tests.Executor.Running;

/// <summary>The output of every drawn workflow.</summary>
public sealed record Answer(string Text) : IText;
