using System.Runtime.CompilerServices;

namespace KeyedWorkflows;

/// <summary>Several stores as one. A name or id that stands in two of them is refused: which one pays must never depend on an order.</summary>
internal sealed class CompositeProfileStore : IProfileStore
{
    private readonly IProfileStore[] stores;

    private CompositeProfileStore(IProfileStore[] stores) => this.stores = stores;

    /// <summary>The stores as one.</summary>
    /// <exception cref="InvalidOperationException">A name stands in two of them.</exception>
    public static IProfileStore Of(IEnumerable<IProfileStore> stores)
    {
        // A store that was added twice is one store.
        IProfileStore[] all = [.. stores.Distinct(ReferenceEqualityComparer.Instance).Cast<IProfileStore>()];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var store in all.OfType<IListedProfileStore>())
        {
            foreach (var name in store.Names)
            {
                if (!seen.Add(name))
                    throw new InvalidOperationException($"The profile '{name}' stands in two profile stores. Remove it from one of them: which one pays must not depend on their order.");
            }
        }
        return all.Length == 1 ? all[0] : new CompositeProfileStore(all);
    }

    public ValueTask<StoredProfile?> FindByNameAsync(string name, CancellationToken cancellationToken) => FindAsync(static (store, name, token) => store.FindByNameAsync(name, token), name, cancellationToken);

    public ValueTask<StoredProfile?> FindByIdAsync(string id, CancellationToken cancellationToken) => FindAsync(static (store, id, token) => store.FindByIdAsync(id, token), id, cancellationToken);

    public async ValueTask<IReadOnlyList<StoredProfile>> FindByTenantAsync(string tenant, CancellationToken cancellationToken)
    {
        List<StoredProfile> found = [];
        foreach (var store in stores)
            found.AddRange(await store.FindByTenantAsync(tenant, cancellationToken).ConfigureAwait(false));
        return found;
    }

    private ValueTask<StoredProfile?> FindAsync(Func<IProfileStore, string, CancellationToken, ValueTask<StoredProfile?>> find, string text, CancellationToken cancellationToken)
    {
        // Stores answer from memory as a rule: only what has to be waited for is.
        StoredProfile? found = null;
        for (var i = 0; i < stores.Length; i++)
        {
            var search = find(stores[i], text, cancellationToken);
            if (!search.IsCompletedSuccessfully)
                return FindRestAsync(find, text, i, search, found, cancellationToken);
            found = OneOf(found, search.Result, text);
        }
        return new(found);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async ValueTask<StoredProfile?> FindRestAsync(
        Func<IProfileStore, string, CancellationToken, ValueTask<StoredProfile?>> find, string text, int next, ValueTask<StoredProfile?> search, StoredProfile? found, CancellationToken cancellationToken)
    {
        found = OneOf(found, await search.ConfigureAwait(false), text);
        for (var i = next + 1; i < stores.Length; i++)
            found = OneOf(found, await find(stores[i], text, cancellationToken).ConfigureAwait(false), text);
        return found;
    }

    private static StoredProfile? OneOf(StoredProfile? found, StoredProfile? one, string text)
    {
        if (found is null || one is null)
            return found ?? one;

        // Named as it was asked for: who asks by id may not know the name.
        throw new WorkflowRunException(
            WorkflowErrorCodes.HostMisconfigured,
            $"The profile '{text}' stands in two profile stores of the host. Remove it from one of them: which one pays must not depend on their order.");
    }
}
