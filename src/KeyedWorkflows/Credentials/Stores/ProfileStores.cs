namespace KeyedWorkflows;

/// <summary>All stores of a host, as one.</summary>
internal sealed class ProfileStores(IEnumerable<IProfileStore> stores)
{
    public IProfileStore All { get; } = CompositeProfileStore.Of(stores);
}
