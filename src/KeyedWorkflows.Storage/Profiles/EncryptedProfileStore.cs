using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Storage;

/// <summary>
/// Answers from memory while the database has not changed. After a change a profile's row is read again when it is next asked for, and decrypted again only if the row is another.
/// </summary>
internal sealed class EncryptedProfileStore(HostStorage storage) : IProfileStore, IListedProfileStore
{
    private readonly ConcurrentDictionary<string, Entry> byId = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Entry> byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TenantEntry> byTenant = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Names
    {
        get
        {
            using var context = storage.Database.Open();
            return [.. context.Profiles.Select(row => row.Name)];
        }
    }

    public ValueTask<StoredProfile?> FindByIdAsync(string id, CancellationToken cancellationToken)
    {
        if (!storage.Watch.IsSure)
            return FindByIdOnceHeardAsync(id, cancellationToken);
        var generation = storage.Watch.Generation;
        return byId.TryGetValue(id, out var entry) && entry.Generation == generation
            ? Given(entry.Profile, cancellationToken)
            : new(ReadByIdAsync(id, generation, cancellationToken));
    }

    public ValueTask<StoredProfile?> FindByNameAsync(string name, CancellationToken cancellationToken)
    {
        if (!storage.Watch.IsSure)
            return FindByNameOnceHeardAsync(name, cancellationToken);
        var generation = storage.Watch.Generation;
        return byName.TryGetValue(name, out var entry) && entry.Generation == generation
            ? Given(entry.Profile, cancellationToken)
            : new(ReadByNameAsync(name, generation, cancellationToken));
    }

    public ValueTask<IReadOnlyList<StoredProfile>> FindByTenantAsync(string tenant, CancellationToken cancellationToken)
    {
        if (!storage.Watch.IsSure)
            return FindByTenantOnceHeardAsync(tenant, cancellationToken);
        var generation = storage.Watch.Generation;
        return byTenant.TryGetValue(tenant, out var entry) && entry.Generation == generation ? GivenAll(entry.Profiles, cancellationToken) : new(ReadTenantAsync(tenant, generation, cancellationToken));
    }

    // These in methods of their own: an answer from memory waits for nothing.
    private async ValueTask<StoredProfile?> FindByIdOnceHeardAsync(string id, CancellationToken cancellationToken)
    {
        await StoreFaults.ThrowIfDeafAsync(storage.Watch).ConfigureAwait(false);
        return await FindByIdAsync(id, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<StoredProfile?> FindByNameOnceHeardAsync(string name, CancellationToken cancellationToken)
    {
        await StoreFaults.ThrowIfDeafAsync(storage.Watch).ConfigureAwait(false);
        return await FindByNameAsync(name, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<IReadOnlyList<StoredProfile>> FindByTenantOnceHeardAsync(string tenant, CancellationToken cancellationToken)
    {
        await StoreFaults.ThrowIfDeafAsync(storage.Watch).ConfigureAwait(false);
        return await FindByTenantAsync(tenant, cancellationToken).ConfigureAwait(false);
    }

    // And these: what they capture would be made on each answer from memory.
    private Task<StoredProfile?> ReadByIdAsync(string id, long generation, CancellationToken cancellationToken) =>
        ReadAsync(generation, context => context.Found.AsNoTracking().FirstOrDefaultAsync(found => found.Row.Id == id, cancellationToken), () => byId.TryRemove(id, out _), cancellationToken);

    private Task<StoredProfile?> ReadByNameAsync(string name, long generation, CancellationToken cancellationToken) =>
        ReadAsync(generation, context => context.Found.AsNoTracking().FirstOrDefaultAsync(found => found.Row.Name == name, cancellationToken), () => byName.TryRemove(name, out _), cancellationToken);

    /// <summary>A profile as it is given out: with its key, where it holds a reference to one.</summary>
    private ValueTask<StoredProfile?> Given(StoredProfile profile, CancellationToken cancellationToken) => profile.KeyReference is null ? new(profile) : new(GivenAsync(profile, cancellationToken));

    private async Task<StoredProfile?> GivenAsync(StoredProfile profile, CancellationToken cancellationToken)
    {
        var resolving = storage.References.ResolveAsync(profile);
        return resolving.IsCompletedSuccessfully ? resolving.Result : await resolving.AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<IReadOnlyList<StoredProfile>> GivenAll(StoredProfile[] profiles, CancellationToken cancellationToken) =>
        Array.TrueForAll(profiles, static profile => profile.KeyReference is null) ? new(profiles) : new(GivenAllAsync(profiles, cancellationToken));

    private async Task<IReadOnlyList<StoredProfile>> GivenAllAsync(StoredProfile[] profiles, CancellationToken cancellationToken) =>
        (await Task.WhenAll(profiles.Select(profile => GivenAsync(profile, cancellationToken))).ConfigureAwait(false))!;

    private async Task<StoredProfile?> ReadAsync(long generation, Func<StorageContext, Task<FoundProfile?>> find, Action forget, CancellationToken cancellationToken)
    {
        try
        {
            var known = storage.Watch.Newest;
            using var context = storage.Database.Open();
            if (await find(context).ConfigureAwait(false) is { } found)
            {
                storage.Watch.Saw(known, found.Change);
                return await GivenAsync(Keep(found, generation), cancellationToken).ConfigureAwait(false);
            }
            forget();
            return null;
        }
        catch (StoreSetBackException)
        {
            throw StoreFaults.SetBack();
        }
        catch (Exception error) when (error is not (OperationCanceledException or WorkflowRunException))
        {
            throw StoreFaults.Unavailable(error);
        }
    }

    private async Task<IReadOnlyList<StoredProfile>> ReadTenantAsync(string tenant, long generation, CancellationToken cancellationToken)
    {
        try
        {
            var known = storage.Watch.Newest;
            using var context = storage.Database.Open();
            var all = await context.Found.AsNoTracking().Where(found => found.Row.Tenant == tenant).OrderBy(found => found.Row.Name).ToListAsync(cancellationToken).ConfigureAwait(false);
            if (all.Count > 0)
                storage.Watch.Saw(known, all[0].Change);
            StoredProfile[] profiles = [.. all.Select(found => Keep(found, generation))];
            if (profiles.Length == 0)
                byTenant.TryRemove(tenant, out _);
            else if (profiles.All(profile => profile.Fault is null))
                byTenant[tenant] = new TenantEntry(profiles, generation);
            return await GivenAllAsync(profiles, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreSetBackException)
        {
            throw StoreFaults.SetBack();
        }
        catch (Exception error) when (error is not (OperationCanceledException or WorkflowRunException))
        {
            throw StoreFaults.Unavailable(error);
        }
    }

    private StoredProfile Keep(FoundProfile found, long generation)
    {
        var row = found.Row;
        var profile = !found.IsFormer && byId.TryGetValue(row.Id, out var known) && known.Row.IsSame(row) ? known.Profile : storage.Protector.Unprotect(found);
        if (profile.Fault is not null)
        {
            // Not kept: it is over as soon as the ring is back, which no change of the database tells.
            byId.TryRemove(row.Id, out _);
            byName.TryRemove(row.Name, out _);
            return profile;
        }
        var entry = new Entry(row, profile, generation);
        byId[row.Id] = entry;
        byName[row.Name] = entry;
        return profile;
    }

    private sealed record Entry(ProfileRow Row, StoredProfile Profile, long Generation);

    private sealed record TenantEntry(StoredProfile[] Profiles, long Generation);
}
