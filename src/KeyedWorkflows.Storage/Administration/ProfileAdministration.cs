using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Storage;

/// <summary>
/// Writes and lists the profiles of the encrypted store. It takes keys and never gives one back. A change holds from the next model call of every run: at once in this process, within a second in
/// others on the same database. Safe for use from several threads.
/// </summary>
public sealed partial class ProfileAdministration
{
    private readonly HostStorage storage;
    private readonly IProfileStore[] others;
    private readonly AuditActor actor;

    internal ProfileAdministration(HostStorage storage, IEnumerable<IProfileStore> others)
        : this(storage, [.. others.Where(static store => store is not EncryptedProfileStore)], AuditActor.Host)
    {
    }

    private ProfileAdministration(HostStorage storage, IProfileStore[] others, AuditActor actor)
    {
        this.storage = storage;
        this.others = others;
        this.actor = actor;
    }

    /// <summary>The same administration, whose changes the audit books to somebody. Without it, they are the host's own.</summary>
    /// <param name="actor">Who makes the changes. Whoever is neither <c>host</c> nor <c>operator</c> is a caller of the administration API, which may store no references unless <see cref="SecretReferenceOptions.AllowFromAdministrationApi"/>.</param>
    /// <returns>The administration for that one.</returns>
    public ProfileAdministration As(AuditActor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return new ProfileAdministration(storage, others, actor);
    }

    /// <summary>Creates a profile under a new random id. One of a name that was deleted before inherits nothing from it.</summary>
    /// <param name="draft">The profile.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The profile as it is stored.</returns>
    /// <exception cref="ProfileRefusedException">The draft is malformed, or the name is taken, in this store or in another of the host's.</exception>
    public Task<ProfileListing> CreateAsync(ProfileDraft draft, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        return AuditedAsync(AuditActions.ProfileCreate, null, draft.Name, () => CreateNewAsync(draft, cancellationToken));
    }

    private async Task<ProfileListing> CreateNewAsync(ProfileDraft draft, CancellationToken cancellationToken)
    {
        var profile = CheckedNew(Made(draft, RandomNumberGenerator.GetHexString(32, lowercase: true), draft.ApiKey, draft.KeyReference, draft.Headers));
        await RefuseNamesOfOtherStoresAsync([profile], cancellationToken).ConfigureAwait(false);
        return await WriteAsync(
            async (context, trail) =>
            {
                if (await context.Profiles.AnyAsync(row => row.Name == profile.Name, cancellationToken).ConfigureAwait(false))
                    throw NameTaken(profile.Name);
                context.Profiles.Add(storage.Protector.Protect(profile));
                trail.Add(AuditActions.ProfileCreate, null, profile, storage.Fingerprints);
                return Shown(profile);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Replaces a profile. Where tenant, provider or endpoint change, the draft brings the key, and the headers if there are any: what was given for one place is never sent to another.</summary>
    /// <param name="id">The profile's id.</param>
    /// <param name="draft">The whole of what it is to become, under the same name.</param>
    /// <param name="expectedRevision">The revision that was read before; null to replace whatever there is.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The profile as it is stored.</returns>
    /// <exception cref="ProfileRefusedException">The change is refused; nothing was written.</exception>
    public Task<ProfileListing> ReplaceAsync(string id, ProfileDraft draft, string? expectedRevision = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        return ChangeAsync(
            AuditActions.ProfileReplace,
            id,
            expectedRevision,
            present =>
            {
                if (draft.Name != present.Name)
                    throw new ProfileRefusedException(ProfileRefusal.Malformed, $"Profile '{present.Name}' keeps its name. Create another profile, and delete this one.");
                var moves = draft.Tenant != present.Tenant || draft.Provider != present.Provider || draft.Endpoint?.OriginalString != present.Endpoint?.OriginalString;
                var keepsKey = draft.ApiKey is null && draft.KeyReference is null;
                if (moves && ((keepsKey && (present.ApiKey is not null || present.KeyReference is not null)) || (draft.Headers is null && present.Headers.Count > 0)))
                {
                    throw new ProfileRefusedException(
                        ProfileRefusal.KeyRequired,
                        $"Tenant, provider or endpoint of profile '{present.Name}' change: give the key, and the headers if it has any, in the same request. What was given for one place is not sent to another.");
                }
                return Made(draft, present.Id, keepsKey ? present.ApiKey : draft.ApiKey, keepsKey ? present.KeyReference : draft.KeyReference, draft.Headers ?? present.Headers) with { BudgetMark = BudgetMark.Next(present.Limits, present.BudgetMark, draft.Limits, storage.Time.GetUtcNow()) };
            },
            cancellationToken);
    }

    /// <summary>Gives a profile another key.</summary>
    /// <param name="id">The profile's id.</param>
    /// <param name="key">The new key.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The profile as it is stored.</returns>
    /// <exception cref="ProfileRefusedException">The change is refused; nothing was written.</exception>
    public Task<ProfileListing> RotateKeyAsync(string id, Secret key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return RotateKeyAsync(id, key, null, cancellationToken);
    }

    /// <inheritdoc cref="RotateKeyAsync(string, Secret, CancellationToken)"/>
    /// <param name="id">The profile's id.</param>
    /// <param name="key">The new key.</param>
    /// <param name="expectedRevision">The revision that was read before; null to change whatever there is. Whoever has tried the key first gives it: where the endpoint changed meanwhile, the key was tried elsewhere.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public Task<ProfileListing> RotateKeyAsync(string id, Secret key, string? expectedRevision, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return ChangeAsync(AuditActions.ProfileRotate, id, expectedRevision, present => UnshownKey(present with { ApiKey = Given(key), KeyReference = null }), cancellationToken);
    }

    /// <summary>Lets a profile refer to its key instead of holding it. The key that it holds is gone.</summary>
    /// <param name="id">The profile's id.</param>
    /// <param name="reference">The reference, as <see cref="ProfileDraft.KeyReference"/> says.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The profile as it is stored.</returns>
    /// <exception cref="ProfileRefusedException">The change is refused; nothing was written.</exception>
    public Task<ProfileListing> ReferToKeyAsync(string id, string reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return ChangeAsync(AuditActions.ProfileRotate, id, null, present => present with { ApiKey = null, KeyReference = Checked(reference) }, cancellationToken);
    }

    /// <summary>Lets runs use a profile, or stops them at their next model call.</summary>
    /// <param name="id">The profile's id.</param>
    /// <param name="enabled">Whether runs may use it.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The profile as it is stored.</returns>
    /// <exception cref="ProfileRefusedException">The change is refused; nothing was written.</exception>
    public Task<ProfileListing> SetEnabledAsync(string id, bool enabled, CancellationToken cancellationToken = default) =>
        SetEnabledAsync(id, enabled, null, cancellationToken);

    /// <inheritdoc cref="SetEnabledAsync(string, bool, CancellationToken)"/>
    /// <param name="id">The profile's id.</param>
    /// <param name="enabled">Whether runs may use it.</param>
    /// <param name="expectedRevision">The revision that was read before; null to change whatever there is.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public Task<ProfileListing> SetEnabledAsync(string id, bool enabled, string? expectedRevision, CancellationToken cancellationToken) =>
        ChangeAsync(enabled ? AuditActions.ProfileEnable : AuditActions.ProfileDisable, id, expectedRevision, present => present with { Enabled = enabled }, cancellationToken);

    /// <summary>Deletes a profile, also one that cannot be read. Runs that it pays for stop at their next model call; neither seeding nor a new profile of the name brings it back.</summary>
    /// <param name="id">The profile's id.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Whether there was one.</returns>
    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken = default) => DeleteAsync(id, null, cancellationToken);

    /// <inheritdoc cref="DeleteAsync(string, CancellationToken)"/>
    /// <param name="id">The profile's id.</param>
    /// <param name="expectedRevision">The revision that was read before; null to delete whatever there is.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ProfileRefusedException">The profile was changed since it was read.</exception>
    public Task<bool> DeleteAsync(string id, string? expectedRevision, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        return AuditedAsync(AuditActions.ProfileDelete, id, null, () => WriteAsync(
            async (context, trail) =>
            {
                if (await context.Profiles.FirstOrDefaultAsync(row => row.Id == id, cancellationToken).ConfigureAwait(false) is not { } row)
                    return false;
                if (expectedRevision is not null && expectedRevision != row.Revision)
                    throw Changed(row.Name);
                await RemoveAsync(context, trail, row, cancellationToken).ConfigureAwait(false);
                return true;
            },
            cancellationToken));
    }

    internal static async Task RemoveAsync(StorageContext context, AuditTrail trail, ProfileRow row, CancellationToken cancellationToken)
    {
        context.Profiles.Remove(row);

        // The columns of one that cannot be read are not to be trusted: what is not a name is not repeated.
        trail.Add(
            AuditActions.ProfileDelete, AuditActions.Profile, ProfileNames.IsValidId(row.Id) ? row.Id : null, ProfileNames.IsValid(row.Name) ? row.Name : null,
            ProfileNames.IsValid(row.Tenant) ? [row.Tenant] : []);
        if (!await context.FormerProfiles.AnyAsync(former => former.Id == row.Id, cancellationToken).ConfigureAwait(false))
            context.FormerProfiles.Add(new FormerProfileRow { Id = row.Id, Name = row.Name });
    }

    /// <summary>Lists profiles by name, those that cannot be used included.</summary>
    /// <param name="tenant">The tenant whose profiles are listed; null for all.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The profiles, without their secrets.</returns>
    public async Task<IReadOnlyList<ProfileListing>> ListAsync(string? tenant = null, CancellationToken cancellationToken = default)
    {
        using var context = storage.Database.Open();
        var all = await context.Found.AsNoTracking().Where(found => tenant == null || found.Row.Tenant == tenant).OrderBy(found => found.Row.Name).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. all.Select(found => Shown(storage.Protector.Unprotect(found)))];
    }

    /// <summary>Finds a profile by its name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The profile without its secrets; null where there is none.</returns>
    public async Task<ProfileListing?> FindByNameAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        using var context = storage.Database.Open();
        return await context.Found.AsNoTracking().FirstOrDefaultAsync(one => one.Row.Name == name, cancellationToken).ConfigureAwait(false) is { } found ? Shown(storage.Protector.Unprotect(found)) : null;
    }

    /// <summary>Finds a profile by its id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The profile without its secrets; null where there is none.</returns>
    public async Task<ProfileListing?> FindByIdAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        using var context = storage.Database.Open();
        return await context.Found.AsNoTracking().FirstOrDefaultAsync(one => one.Row.Id == id, cancellationToken).ConfigureAwait(false) is { } found ? Shown(storage.Protector.Unprotect(found)) : null;
    }

    /// <summary>A page of profiles by name, as <see cref="ListAsync"/> gives all.</summary>
    internal async Task<(IReadOnlyList<ProfileListing> Profiles, int Total)> PageAsync(ProfileFilter filter, CancellationToken cancellationToken)
    {
        using var context = storage.Database.Open();
        var found = context.Found.AsNoTracking();
        if (filter.Tenant is { } tenant)
            found = found.Where(one => one.Row.Tenant == tenant);
        if (filter.Provider is { } provider)
            found = found.Where(one => one.Row.Provider == provider);
        if (filter.Name is { } name)
            found = found.Where(one => one.Row.Name == name);
        if (filter.Enabled is { } enabled)
            found = found.Where(one => one.Row.Enabled == enabled);
        var total = await found.CountAsync(cancellationToken).ConfigureAwait(false);
        var page = await found.OrderBy(one => one.Row.Name).Skip((filter.Page - 1) * filter.Limit).Take(filter.Limit).ToListAsync(cancellationToken).ConfigureAwait(false);
        return ([.. page.Select(one => Shown(storage.Protector.Unprotect(one)))], total);
    }

    /// <summary>A profile as it is stored, with its key.</summary>
    internal async Task<StoredProfile?> OpenAsync(string id, CancellationToken cancellationToken)
    {
        using var context = storage.Database.Open();
        return await context.Found.AsNoTracking().FirstOrDefaultAsync(one => one.Row.Id == id, cancellationToken).ConfigureAwait(false) is { } found ? storage.Protector.Unprotect(found) : null;
    }

    /// <summary>A profile with the key that a run would use, for whoever tries that: also of one that is disabled, and the one that a reference leads to. That it is used is in the audit before it is given out: no run tells of it, and no bill.</summary>
    internal async Task<StoredProfile?> OpenForTrialAsync(string id, CancellationToken cancellationToken)
    {
        if (await OpenAsync(id, cancellationToken).ConfigureAwait(false) is not { } profile)
            return null;
        var opened = await storage.References.ResolveAsync(profile with { Enabled = true }).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        if (opened.Fault is null)
            await BookTrialAsync(opened, cancellationToken).ConfigureAwait(false);
        return opened;
    }

    /// <summary>Has the audit say that the key of a profile is tried, before it is.</summary>
    internal async Task BookTrialAsync(StoredProfile profile, CancellationToken cancellationToken)
    {
        var trail = new AuditTrail(actor);
        trail.Add(AuditActions.ProfileTest, AuditActions.Profile, profile.Id, profile.Name, profile.Tenant is { } tenant ? [tenant] : []);
        try
        {
            await storage.WriteAuditAsync(trail.Drafts, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreSetBackException)
        {
            throw SetBack();
        }
    }

    /// <summary>Counts for the audit what was refused after a profile was opened.</summary>
    internal void CountRefused(StoredProfile profile, string action, string outcome) => storage.Refusals.Count(new RefusedUse(actor, action, outcome, AuditActions.Profile, profile.Id, profile.Name, profile.Tenant));

    /// <summary>Writes all profiles that can be read as JSON, without any secret: neither keys, nor values of headers, nor fingerprints.</summary>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The text.</returns>
    public async Task<string> ExportAsync(CancellationToken cancellationToken = default) =>
        ProfileExport.Write((await ListAsync(null, cancellationToken).ConfigureAwait(false)).Where(profile => profile.Fault is null));

    /// <summary>Creates the profiles of an exported text that the store does not have, under new ids, disabled and without a key. All or none.</summary>
    /// <param name="json">What <see cref="ExportAsync"/> wrote.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What was created, and what was there before.</returns>
    /// <exception cref="ProfileRefusedException">The text is malformed, or holds what no export holds, which the message does not repeat; or a name is taken in another of the host's stores.</exception>
    public Task<ProfileImportResult> ImportAsync(string json, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(json);
        return AuditedAsync(AuditActions.ProfileImport, null, null, () => ImportNewAsync(json, cancellationToken));
    }

    private async Task<ProfileImportResult> ImportNewAsync(string json, CancellationToken cancellationToken)
    {
        StoredProfile[] profiles = [.. ProfileExport.Read(json).Select(draft => CheckedNew(Made(draft, RandomNumberGenerator.GetHexString(32, lowercase: true), null, null, null)))];
        await RefuseNamesOfOtherStoresAsync(profiles, cancellationToken).ConfigureAwait(false);
        return await WriteAsync(
            async (context, trail) =>
            {
                List<string> created = [];
                List<string> skipped = [];
                foreach (var profile in profiles)
                {
                    if (await context.Profiles.AnyAsync(row => row.Name == profile.Name, cancellationToken).ConfigureAwait(false))
                    {
                        skipped.Add(profile.Name);
                        continue;
                    }
                    context.Profiles.Add(storage.Protector.Protect(profile));
                    trail.Add(AuditActions.ProfileImport, null, profile, storage.Fingerprints);
                    created.Add(profile.Name);
                }
                return new ProfileImportResult { Created = created, Skipped = skipped };
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Makes a new key in the ring, under what wraps the ring now, and encrypts everything that can be read under it, tokens included. After it the ring's older keys open backups only. Each profile and token gets a new revision. Keys that
    /// lie in the ring in clear text are wrapped and set aside: from then on the host starts without <see cref="StorageOptions.AllowUnprotectedKeyRing"/>.
    /// </summary>
    /// <param name="cancellationToken">Ends the work; then all is as before.</param>
    /// <returns>What was re-encrypted, and what could not be read.</returns>
    public async Task<ReEncryptionResult> ReEncryptAsync(CancellationToken cancellationToken = default)
    {
        storage.Ring.Renew();
        var result = await WriteAsync(
            async (context, trail) =>
            {
                var done = 0;
                List<string> unreadable = [];
                await foreach (var found in context.Found.AsAsyncEnumerable().WithCancellation(cancellationToken).ConfigureAwait(false))
                {
                    var profile = storage.Protector.Unprotect(found);
                    if (profile.Fault is not null)
                    {
                        unreadable.Add(profile.Id);
                        continue;
                    }
                    Update(found.Row, storage.Protector.Protect(profile with { Revision = ProfileRevision.New() }));
                    done++;
                }
                var doneTokens = 0;
                List<string> unreadableTokens = [];
                await foreach (var found in context.FoundTokens.AsAsyncEnumerable().WithCancellation(cancellationToken).ConfigureAwait(false))
                {
                    if (storage.Tokens.Unprotect(found, out var token) is not null)
                    {
                        unreadableTokens.Add(found.Row.Id);
                        continue;
                    }
                    TokenAdministration.Update(found.Row, storage.Tokens.Protect(token with { Token = token.Token with { Revision = ProfileRevision.New() } }));
                    doneTokens++;
                }
                await foreach (var found in context.FoundAdministrators.AsAsyncEnumerable().WithCancellation(cancellationToken).ConfigureAwait(false))
                {
                    if (storage.Administrators.Unprotect(found, out var administrator) is not null)
                    {
                        unreadableTokens.Add(found.Row.Id);
                        continue;
                    }
                    found.Row.Payload = storage.Administrators.Protect(administrator).Payload;
                    doneTokens++;
                }
                await storage.HostKeys.ReEncryptAsync(context, storage.Ring, cancellationToken).ConfigureAwait(false);
                trail.Add(AuditActions.ReEncrypt, AuditActions.Store, null, null);
                return new ReEncryptionResult { ReEncrypted = done, Unreadable = unreadable, ReEncryptedTokens = doneTokens, UnreadableTokens = unreadableTokens };
            },
            cancellationToken).ConfigureAwait(false);
        storage.Database.Compact();
        return result with { SetAside = storage.Ring.SetClearKeysAside() };
    }

    /// <summary>A name in two stores would refuse every run under it, and the host's next start. Asked before the database is locked for writing: others' stores take their time.</summary>
    private async Task RefuseNamesOfOtherStoresAsync(IReadOnlyList<StoredProfile> profiles, CancellationToken cancellationToken)
    {
        foreach (var (store, profile) in others.SelectMany(store => profiles.Select(profile => (store, profile))))
        {
            if (await store.FindByNameAsync(profile.Name, cancellationToken).ConfigureAwait(false) is not null)
                throw NameTakenElsewhere(profile.Name);
        }
    }

    private Task<ProfileListing> ChangeAsync(string action, string id, string? expectedRevision, Func<StoredProfile, StoredProfile> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        return AuditedAsync(action, id, null, () => WriteAsync(
            async (context, trail) =>
            {
                if (await context.Found.FirstOrDefaultAsync(one => one.Row.Id == id, cancellationToken).ConfigureAwait(false) is not { } found)
                    throw new ProfileRefusedException(ProfileRefusal.NotFound, "There is no profile of this id.");
                var present = storage.Protector.Unprotect(found);
                if (present.Fault is { } fault)
                    throw new ProfileRefusedException(ProfileRefusal.Unreadable, fault.Message);
                if (expectedRevision is not null && expectedRevision != present.Revision)
                    throw Changed(present.Name);
                var changed = Checked(change(present) with { Revision = ProfileRevision.New() });
                if (present.ApiKey is not null && changed.ApiKey is { } given && !given.Equals(present.ApiKey) && given.Equals(Secret.From(storage.Fingerprints.Of(present))))
                    throw new ProfileRefusedException(ProfileRefusal.Malformed, $"What was given as the key of profile '{present.Name}' is the fingerprint by which its present key shows. Leave the key out where it stays.");
                Update(found.Row, storage.Protector.Protect(changed));
                trail.Add(action, present, changed, storage.Fingerprints);
                return Shown(changed);
            },
            cancellationToken));
    }

    /// <summary>Counts for the audit what is refused.</summary>
    private async Task<T> AuditedAsync<T>(string action, string? id, string? name, Func<Task<T>> change)
    {
        try
        {
            return await change().ConfigureAwait(false);
        }
        catch (ProfileRefusedException refused)
        {
            storage.Refusals.Count(new RefusedUse(
                actor, action, JsonNamingPolicy.SnakeCaseLower.ConvertName(refused.Reason.ToString()), AuditActions.Profile, ProfileNames.IsValidId(id) ? id : null, ProfileNames.IsValid(name) ? name : null));
            throw;
        }
    }

    private async Task<T> WriteAsync<T>(Func<StorageContext, AuditTrail, Task<T>> write, CancellationToken cancellationToken)
    {
        try
        {
            return await storage.WriteAsync(actor, write, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreSetBackException)
        {
            throw SetBack();
        }
    }
}
