namespace KeyedWorkflows.EndToEnd.Tests.Builds;

/// <summary>Builds run one after the other, and beside no other test: each takes all the cores it can get.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BuildCollection
{
    /// <summary>The collection's name.</summary>
    public const string Name = "Builds";
}
