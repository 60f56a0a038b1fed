using System.Collections.Concurrent;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows;

/// <summary>
/// Keeps the clients of stored profiles by id and revision, and those of a key that was given for one run with that run. A profile that nobody calls costs nothing.
/// Safe for use from several threads.
/// </summary>
internal sealed class ModelClientCache(ModelClientFactory factory, int capacity = ModelClientCache.DefaultCapacity) : IDisposable
{
    private const int DefaultCapacity = 10_000;

    private readonly ConcurrentDictionary<string, ClientSet> sets = new(StringComparer.Ordinal);
    private readonly Lock trimming = new();

    /// <summary>How many profiles have clients.</summary>
    public int Count => sets.Count;

    /// <summary>Takes the client of a profile's revision for one call. Another revision's clients are dropped.</summary>
    public ClientLease Take(in ClientKey key, StoredProfile profile)
    {
        while (true)
        {
            if (!sets.TryGetValue(profile.Id, out var set))
            {
                set = sets.GetOrAdd(profile.Id, static (_, revision) => new ClientSet(revision), profile.Revision);
                Trim();
            }
            if (set.Revision != profile.Revision)
            {
                if (sets.TryUpdate(profile.Id, new ClientSet(profile.Revision), set))
                    set.Retire();
                continue;
            }
            if (set.TryTake(key, (factory, profile), static (all, key) => all.factory.Create(key, all.profile), out var lease))
                return lease;
            sets.TryRemove(KeyValuePair.Create(profile.Id, set));
        }
    }

    /// <summary>Takes the client of a key that was given for one run. It is kept with the run's credential, and nowhere else.</summary>
    public ClientLease Take(in ClientKey key, InlineCredential credential) =>
        credential.Clients.TryTake(key, (factory, credential), static (all, key) => all.factory.Create(key, all.credential), out var lease)
            ? lease
            : throw new ModelCallException(WorkflowErrorCodes.StepContract, "A model client was used after its run had ended. " + StepAccount.KeptClientCure);

    /// <summary>Drops the clients of a profile that is gone or disabled.</summary>
    public void Drop(string profileId)
    {
        if (sets.TryRemove(profileId, out var set))
            set.Retire();
    }

    public void Dispose()
    {
        foreach (var id in sets.Keys)
            Drop(id);
    }

    /// <summary>Beyond the capacity the tenth that was unused for longest goes.</summary>
    private void Trim()
    {
        if (sets.Count <= capacity || !trimming.TryEnter())
            return;
        try
        {
            foreach (var (id, set) in sets.ToArray().OrderBy(entry => entry.Value.LastUsed).Take(Math.Max(1, capacity / 10)))
            {
                if (sets.TryRemove(KeyValuePair.Create(id, set)))
                    set.Retire();
            }
        }
        finally
        {
            trimming.Exit();
        }
    }
}
