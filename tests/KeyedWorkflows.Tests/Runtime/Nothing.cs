namespace KeyedWorkflows.Tests.Runtime;

/// <summary>An author's class whose steps are given by the test: sealed, without services, with nothing to dispose of.</summary>
internal sealed class Nothing;
