using KeyedWorkflows.EndToEnd.Tests.Packages;

namespace KeyedWorkflows.EndToEnd.Tests.Builds;

/// <summary>Builds run one after the other, and beside no other test: each takes all the cores it can get. The packages are packed once for all of them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BuildCollection : ICollectionFixture<PackedProduct>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "Builds";
}
