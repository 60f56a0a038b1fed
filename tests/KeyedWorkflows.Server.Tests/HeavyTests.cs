namespace KeyedWorkflows.Server.Tests;

/// <summary>Tests that take the machine for themselves: beside them, others would run out of time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class HeavyTests
{
    public const string Name = "heavy";
}
