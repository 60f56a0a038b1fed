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
        IReadOnlyCollection<StoredProfile> seed,
        IEnumerable<ISecretVault> vaults)
    {
        Time = time;
        var layout = StorageLayout.Of(options, environment, isFile);
        References = new SecretReferences(options.SecretReferences, StorageLayout.RootOf(environment), vaults, time, logger);
        Ring = new KeyRing(options, layout);
        Protector = new ProfileProtector(Ring);
        Tokens = new TokenProtector(Ring);
        Administrators = new AdministratorProtector(Ring);
        Database = open(layout);
        try
        {
            Database.Prepare();
            StorageLayout.IgnoreDefaultDirectory(options, environment);
            if (options.IsBesideHost)
                HostKeys.RefuseOtherRing(Database, Ring, options.MayWrapRing);
            HostKeys = HostKeys.Open(Database, Ring);
            Fingerprints = new KeyFingerprints(HostKeys[HostKeys.Fingerprint]);
            Audit = new AuditChain(HostKeys[HostKeys.Audit], HostKeys.FormerAuditKeys, layout.KeyRing, Database.Place, time, logger);
            Audit.Begin(Database);
            Seed(seed);
            Watch = new StoreWatch(Database, time, logger);
            Journals = new CallJournals(Database.Journals, time, logger);
            Refusals = new AuditRefusals(WriteAuditAsync, time, logger);
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

    /// <summary>Where calls are noted until they are booked. It outlives the writer of history, which says when they are.</summary>
    public CallJournals Journals { get; }

    /// <summary>Puts keys in the place of references.</summary>
    public SecretReferences References { get; }

    public AuditChain Audit { get; }

    /// <summary>Counts what is refused, for the audit.</summary>
    public AuditRefusals Refusals { get; }

    /// <summary>One write: all of it or nothing, with what it leaves in the audit, and with the mark by which others, and this process itself, know of it.</summary>
    /// <param name="actor">Who writes.</param>
    /// <param name="write">What is written, and what is told of it in the audit.</param>
    /// <param name="cancellationToken">Ends the work; then nothing was written.</param>
    /// <exception cref="StoreSetBackException">The database is not the one that this process knows; nothing was written.</exception>
    public async Task<T> WriteAsync<T>(AuditActor actor, Func<StorageContext, AuditTrail, Task<T>> write, CancellationToken cancellationToken)
    {
        Watch.ThrowIfSetBack();
        var known = Watch.Newest;
        using var context = Database.Open();
        var transaction = await Database.BeginWriteAsync(context, cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            var state = await context.State.FirstAsync(row => row.Id == StoreStateRow.TheOne, cancellationToken).ConfigureAwait(false);
            Watch.Saw(known, state.Present);
            var trail = new AuditTrail(actor);
            var result = await write(context, trail).ConfigureAwait(false);
            if (context.ChangeTracker.HasChanges())
            {
                var change = state.Advance();
                var appended = await Audit.AppendAsync(context, trail.Drafts, cancellationToken).ConfigureAwait(false);
                await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                Watch.Changed(change);
                Audit.Committed(appended);
            }
            return result;
        }
    }

    /// <summary>Writes entries of the audit that belong to no change. Nobody else hears of it: what is held in memory stays as it is.</summary>
    /// <exception cref="StoreSetBackException">The database is not the one that this process knows; nothing was written.</exception>
    public async Task WriteAuditAsync(IReadOnlyList<AuditDraft> drafts, CancellationToken cancellationToken)
    {
        Watch.ThrowIfSetBack();
        using var context = Database.Open();
        var transaction = await Database.BeginWriteAsync(context, cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            var appended = await Audit.AppendAsync(context, drafts, cancellationToken).ConfigureAwait(false);
            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            Audit.Committed(appended);
        }
    }

    /// <summary>Writes what was refused until now, and the audit's head to the log: nothing more is to come.</summary>
    public async Task CloseAuditAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Refusals.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Audit.LogHead();
        }
    }

    public void Dispose()
    {
        Refusals.Dispose();
        Watch.Dispose();
        Journals.Dispose();
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
        var trail = new AuditTrail(AuditActor.Host);
        foreach (var profile in seed)
        {
            if (context.Profiles.Any(row => row.Name == profile.Name || row.Id == profile.Id) || context.FormerProfiles.Any(row => row.Name == profile.Name || row.Id == profile.Id))
                continue;
            context.Profiles.Add(Protector.Protect(profile with { Revision = ProfileRevision.New() }));
            trail.Add(AuditActions.ProfileSeed, null, profile, Fingerprints);
            state.Advance();
            context.SaveChanges();
        }
        var appended = Audit.Append(context, trail.Drafts);
        context.SaveChanges();
        transaction.Commit();
        Audit.Committed(appended);
    }
}
