using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Storage;

/// <summary>The open store of profiles and tokens: database, key ring, and the watch over changes. One a host.</summary>
internal sealed class HostStorage : IDisposable
{
    /// <summary>Opens the store, and makes what is missing of it.</summary>
    /// <exception cref="InvalidOperationException">The options protect nothing, or do not go together.</exception>
    public HostStorage(
        StorageOptions options,
        IHostEnvironment? environment,
        bool isFile,
        Func<StorageLayout, IStorageDatabase> open,
        TimeProvider time,
        ILogger<HostStorage> logger,
        IReadOnlyCollection<StoredProfile> seed)
    {
        Time = time;
        var layout = StorageLayout.Of(options, environment, isFile);
        Ring = new KeyRing(options, layout);
        Protector = new ProfileProtector(Ring);
        Tokens = new TokenProtector(Ring);
        Administrators = new AdministratorProtector(Ring);
        Database = open(layout);
        try
        {
            Database.Prepare();
            StorageLayout.IgnoreDefaultDirectory(options, environment);
            HostKeys = HostKeys.Open(Database, Ring);
            Fingerprints = new KeyFingerprints(HostKeys[HostKeys.Fingerprint]);
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

    public TimeProvider Time { get; }

    public IStorageDatabase Database { get; }

    public KeyRing Ring { get; }

    public ProfileProtector Protector { get; }

    public TokenProtector Tokens { get; }

    public AdministratorProtector Administrators { get; }

    public HostKeys HostKeys { get; }

    public KeyFingerprints Fingerprints { get; }

    public StoreWatch Watch { get; }

    /// <summary>One write: all of it or nothing, with the mark by which others, and this process itself, know of it.</summary>
    /// <exception cref="StoreSetBackException">The database is not the one that this process knows; nothing was written.</exception>
    public async Task<T> WriteAsync<T>(Func<StorageContext, Task<T>> write, CancellationToken cancellationToken)
    {
        Watch.ThrowIfSetBack();
        var known = Watch.Newest;
        using var context = Database.Open();
        var transaction = await Database.BeginWriteAsync(context, cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            var state = await context.State.FirstAsync(row => row.Id == StoreStateRow.TheOne, cancellationToken).ConfigureAwait(false);
            Watch.Saw(known, state.Present);
            var result = await write(context).ConfigureAwait(false);
            if (context.ChangeTracker.HasChanges())
            {
                var change = state.Advance();
                await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                Watch.Changed(change);
            }
            return result;
        }
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
        using var transaction = Database.BeginWrite(context);
        var state = context.State.First(row => row.Id == StoreStateRow.TheOne);
        foreach (var profile in seed)
        {
            if (context.Profiles.Any(row => row.Name == profile.Name || row.Id == profile.Id) || context.FormerProfiles.Any(row => row.Name == profile.Name || row.Id == profile.Id))
                continue;
            context.Profiles.Add(Protector.Protect(profile with { Revision = ProfileRevision.New() }));
            state.Advance();
            context.SaveChanges();
        }
        transaction.Commit();
    }
}
