using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace KeyedWorkflows;

/// <summary>
/// Profiles that a host or a test builds in code. They live as long as the process. Safe for use from several threads; a change holds from the next model call of every run.
/// </summary>
public sealed class InMemoryProfileStore : IProfileStore, IListedProfileStore
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, StoredProfile> byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, StoredProfile> byId = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, StoredProfile[]> byTenant = new(StringComparer.Ordinal);

    /// <summary>Makes a store with some profiles.</summary>
    /// <param name="profiles">The profiles, each of which is given a new revision.</param>
    /// <exception cref="ArgumentException">A profile's name, id, tenant or provider is malformed. The message does not repeat it.</exception>
    public InMemoryProfileStore(params IEnumerable<StoredProfile> profiles)
    {
        ArgumentNullException.ThrowIfNull(profiles);
        foreach (var profile in profiles)
            Set(profile);
    }

    IReadOnlyCollection<string> IListedProfileStore.Names => [.. byName.Keys];

    /// <summary>Adds a profile, or replaces the one of the same id or name. It is given a new random revision, whatever it brings.</summary>
    /// <param name="profile">The profile.</param>
    /// <returns>The profile as it is stored, with its revision.</returns>
    /// <exception cref="ArgumentException">The profile's name, id, tenant or provider is malformed. The message does not repeat it.</exception>
    public StoredProfile Set(StoredProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        // Copies: what was checked is what is kept, whatever the host does with its own dictionaries.
        var stored = profile with
        {
            Headers = profile.Headers.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase),
            Models = profile.Models.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase),
            Labels = profile.Labels.ToFrozenDictionary(StringComparer.Ordinal),
            Revision = ProfileRevision.New(),
        };
        if (ProfileRules.FirstFault(stored) is { } fault)
            throw new ArgumentException($"The profile cannot be stored: {fault}", nameof(profile));

        lock (gate)
        {
            byId.TryGetValue(stored.Id, out var sameId);
            byName.TryGetValue(stored.Name, out var sameName);

            // The new value goes in before the old ones go out: no look-up in between finds nothing where there always was a profile.
            byId[stored.Id] = stored;
            byName[stored.Name] = stored;
            if (sameId is not null && sameId.Name != stored.Name)
                byName.TryRemove(sameId.Name, out _);
            if (sameName is not null && sameName.Id != stored.Id)
                byId.TryRemove(sameName.Id, out _);
            MoveTenant(stored, sameId, sameName);
        }
        return stored;
    }

    /// <summary>Removes a profile. Runs that it pays for stop at their next model call.</summary>
    /// <param name="name">The profile's name.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (gate)
        {
            if (!byName.TryRemove(name, out var removed))
                return false;
            byId.TryRemove(removed.Id, out _);
            MoveTenant(null, removed, null);
            return true;
        }
    }

    /// <inheritdoc/>
    public ValueTask<StoredProfile?> FindByNameAsync(string name, CancellationToken cancellationToken) => new(byName.GetValueOrDefault(name));

    /// <inheritdoc/>
    public ValueTask<StoredProfile?> FindByIdAsync(string id, CancellationToken cancellationToken) => new(byId.GetValueOrDefault(id));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredProfile>> FindByTenantAsync(string tenant, CancellationToken cancellationToken) => new(byTenant.GetValueOrDefault(tenant) ?? []);

    /// <summary>Writes each tenant's list once, so that no look-up sees it without a profile that is merely being replaced.</summary>
    private void MoveTenant(StoredProfile? added, params ReadOnlySpan<StoredProfile?> removed)
    {
        if (added?.Tenant is { } tenant)
            byTenant[tenant] = [.. Without(byTenant.GetValueOrDefault(tenant) ?? [], added, removed), added];
        foreach (var old in removed)
        {
            if (old?.Tenant is { } left && left != added?.Tenant && byTenant.TryGetValue(left, out var before))
            {
                if (Without(before, old, removed) is { Count: > 0 } rest)
                    byTenant[left] = [.. rest];
                else
                    byTenant.TryRemove(left, out _);
            }
        }
    }

    private static List<StoredProfile> Without(StoredProfile[] profiles, StoredProfile added, ReadOnlySpan<StoredProfile?> removed)
    {
        List<StoredProfile> rest = [];
        foreach (var profile in profiles)
        {
            var gone = profile.Id == added.Id;
            foreach (var old in removed)
                gone |= old?.Id == profile.Id;
            if (!gone)
                rest.Add(profile);
        }
        return rest;
    }
}
