using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Storage;

/// <summary>The open store: database, key ring, and the watch over changes. One a host.</summary>
internal sealed class ProfileStorage : IDisposable
{
    /// <summary>Opens the store, and makes what is missing of it.</summary>
    /// <exception cref="InvalidOperationException">The options protect nothing, or do not go together.</exception>
    public ProfileStorage(ProfileStorageOptions options, IHostEnvironment? environment, TimeProvider time, ILogger<ProfileStorage> logger, IReadOnlyCollection<StoredProfile> seed)
    {
        var layout = StorageLayout.Of(options, environment);
        Ring = new KeyRing(options, layout);
        Protector = new ProfileProtector(Ring);
        Database = new SqliteStorageDatabase(layout.Database);
        try
        {
            Database.Prepare();
            Fingerprints = KeyFingerprints.Open(Database, Ring);
            Seed(seed);
            Watch = new StoreWatch(Database, time, logger);
        }
        catch
        {
            Database.Dispose();
            Ring.Dispose();
            throw;
        }
    }

    public IStorageDatabase Database { get; }

    public KeyRing Ring { get; }

    public ProfileProtector Protector { get; }

    public KeyFingerprints Fingerprints { get; }

    public StoreWatch Watch { get; }

    /// <summary>Marks a write, so that whoever watches sees it. Part of the write's own transaction.</summary>
    public static async Task MarkChangeAsync(StorageContext context, CancellationToken cancellationToken)
    {
        var state = await context.State.FirstAsync(row => row.Id == StoreStateRow.TheOne, cancellationToken).ConfigureAwait(false);
        state.Change = ProfileRevision.New();
    }

    public void Dispose()
    {
        Watch.Dispose();
        Database.Dispose();
        Ring.Dispose();
    }

    /// <summary>Takes in what never stood in the store, under its name or its id. What was changed or deleted since stays as it is.</summary>
    private void Seed(IReadOnlyCollection<StoredProfile> seed)
    {
        if (seed.Count == 0)
            return;
        using var context = Database.Open();
        using var transaction = context.Database.BeginTransaction();
        foreach (var profile in seed)
        {
            if (context.Profiles.Any(row => row.Name == profile.Name || row.Id == profile.Id) || context.FormerProfiles.Any(row => row.Name == profile.Name || row.Id == profile.Id))
                continue;
            context.Profiles.Add(Protector.Protect(profile with { Revision = ProfileRevision.New() }));
            context.State.First(row => row.Id == StoreStateRow.TheOne).Change = ProfileRevision.New();
            context.SaveChanges();
        }
        transaction.Commit();
    }
}
