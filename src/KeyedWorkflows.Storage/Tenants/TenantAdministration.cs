using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Storage;

/// <summary>Tenants, as a view over the profiles and tokens that name them: a tenant is made and removed with those. Safe for use from several threads.</summary>
public sealed class TenantAdministration
{
    private readonly HostStorage storage;
    private readonly TokenAdministration tokens;
    private readonly UsageLedger usage;
    private readonly TenantContents contents;
    private readonly AuditActor actor;

    internal TenantAdministration(HostStorage storage, TokenAdministration tokens, UsageLedger usage, TenantContents contents)
        : this(storage, tokens, usage, contents, AuditActor.Host)
    {
    }

    private TenantAdministration(HostStorage storage, TokenAdministration tokens, UsageLedger usage, TenantContents contents, AuditActor actor)
    {
        this.storage = storage;
        this.tokens = tokens;
        this.usage = usage;
        this.contents = contents;
        this.actor = actor;
    }

    /// <summary>The same administration, whose changes the audit books to somebody. Without it, they are the host's own.</summary>
    /// <param name="actor">Who makes the changes.</param>
    /// <returns>The administration for that one.</returns>
    public TenantAdministration As(AuditActor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return new TenantAdministration(storage, tokens, usage, contents, actor);
    }

    /// <summary>Lists the tenants of profiles and tokens by name, with what they used this month.</summary>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The tenants.</returns>
    /// <exception cref="WorkflowRunException">The store does not answer.</exception>
    public async Task<IReadOnlyList<TenantListing>> ListAsync(CancellationToken cancellationToken = default) => (await PageAsync(1, int.MaxValue, cancellationToken).ConfigureAwait(false)).Tenants;

    /// <summary>Finds a tenant by its name.</summary>
    /// <param name="tenant">The name.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The tenant; null where neither a profile nor a token names it and it never paid for a call.</returns>
    /// <exception cref="WorkflowRunException">The store does not answer.</exception>
    public async Task<TenantListing?> FindAsync(string tenant, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        if (!ProfileNames.IsValid(tenant))
            return null;
        var known = await ReadAsync(cancellationToken).ConfigureAwait(false);
        var found = (await DescribeAsync(known, [tenant], cancellationToken).ConfigureAwait(false))[0];
        return known.ContainsKey(tenant) || found.LastUsedAt is not null ? found : null;
    }

    /// <summary>
    /// Removes a tenant: its profiles are deleted, the tokens that are its alone are revoked, and it is taken out of the grants of others, all in one transaction. Runs that it pays for stop at their next model call. To purge it is to
    /// remove what its runs were given and answered as well, and to clear the files of it: runs that go on are stopped and waited for, 20 seconds at most. Usage stays booked, without end users. It can be asked for again.
    /// Uploads of tokens that are no more go with any purge, since nobody knows any more for whom they were.
    /// </summary>
    /// <param name="tenant">The tenant's name.</param>
    /// <param name="purge">Whether contents go too.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What became of it; null where there is no such tenant, and, to be purged, no run of one, nor an upload of a token that is no more.</returns>
    /// <exception cref="ProfileRefusedException">The database was set back under the running host.</exception>
    /// <exception cref="WorkflowRunException">The store does not answer, or the files could not be cleared.</exception>
    public async Task<TenantRemoval?> RemoveAsync(string tenant, bool purge, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        if (!ProfileNames.IsValid(tenant))
            return null;
        HashSet<string> revoked = [];
        var removal = await WriteAsync((context, trail) => RemoveAsync(context, trail, tenant, revoked, cancellationToken), cancellationToken).ConfigureAwait(false);
        var isNone = removal is { ProfilesDeleted: 0, TokensRevoked: 0, TokensChanged: 0 };
        if (!purge)
            return isNone ? null : removal;
        if (isNone && !await contents.AnyAsync(tenant, await WasThereAsync(tenant, cancellationToken).ConfigureAwait(false), ReadTokenIdsAsync, cancellationToken).ConfigureAwait(false))
            return null;
        var purged = await contents.PurgeAsync(tenant, revoked, ReadTokenIdsAsync, cancellationToken).ConfigureAwait(false);
        await storage.WriteAuditAsync(
            [
                new AuditDraft
                {
                    Actor = actor,
                    Action = AuditActions.TenantPurge,
                    SubjectKind = AuditActions.Tenant,
                    SubjectName = tenant,
                    Tenants = [tenant],
                    Changes = [string.Create(CultureInfo.InvariantCulture, $"runs {purged.Runs}"), string.Create(CultureInfo.InvariantCulture, $"uploads {purged.Uploads}")],
                },
            ],
            cancellationToken).ConfigureAwait(false);
        return removal with { Purged = purged };
    }

    /// <summary>A page of tenants by name.</summary>
    internal async Task<(IReadOnlyList<TenantListing> Tenants, int Total)> PageAsync(int page, int limit, CancellationToken cancellationToken)
    {
        var known = await ReadAsync(cancellationToken).ConfigureAwait(false);
        string[] names = [.. known.Keys.Order(StringComparer.Ordinal).Skip((int)Math.Min((page - 1L) * limit, int.MaxValue)).Take(limit)];
        return (await DescribeAsync(known, names, cancellationToken).ConfigureAwait(false), known.Count);
    }

    private async Task<TenantRemoval> RemoveAsync(StorageContext context, AuditTrail trail, string tenant, HashSet<string> revoked, CancellationToken cancellationToken)
    {
        var profiles = await context.Profiles.Where(row => row.Tenant == tenant).ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var row in profiles)
            await ProfileAdministration.RemoveAsync(context, trail, row, cancellationToken).ConfigureAwait(false);
        var ids = profiles.Select(static row => row.Id).ToHashSet(StringComparer.Ordinal);
        var changed = 0;
        List<string> unreadable = [];
        foreach (var found in await context.FoundTokens.ToListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (storage.Tokens.Unprotect(found, out var read) is not null)
            {
                unreadable.Add(ProfileNames.IsValidId(found.Row.Id) ? found.Row.Id : "malformed");
                continue;
            }
            var token = read.Token;
            if (token.PinnedTenant != tenant && !token.Tenants.Contains(tenant, StringComparer.Ordinal) && !token.ProfileIds.Any(ids.Contains))
                continue;
            var rest = token with
            {
                Tenants = [.. token.Tenants.Where(one => one != tenant)],
                ProfileIds = [.. token.ProfileIds.Where(id => !ids.Contains(id))],
                Revision = ProfileRevision.New(),
            };
            if (token.PinnedTenant == tenant || (token.PinnedTenant is null && rest is { Tenants.Count: 0, ProfileIds.Count: 0, MaySendKey: false }))
            {
                await TokenAdministration.RemoveAsync(context, trail, found.Row, token, cancellationToken).ConfigureAwait(false);
                revoked.Add(token.Id);
                continue;
            }
            TokenAdministration.Update(found.Row, storage.Tokens.Protect(read with { Token = rest }));
            trail.Add(AuditActions.TokenReplace, token, rest);
            changed++;
        }
        trail.Add(AuditActions.TenantRemove, AuditActions.Tenant, null, tenant, [tenant]);
        return new TenantRemoval { Tenant = tenant, ProfilesDeleted = profiles.Count, TokensRevoked = revoked.Count, TokensChanged = changed, UnreadableTokens = unreadable };
    }

    /// <summary>The audit knows every tenant that a profile or a token ever named.</summary>
    private async Task<bool> WasThereAsync(string tenant, CancellationToken cancellationToken)
    {
        using var context = storage.Database.Open();
        return await context.AuditTenants.AsNoTracking().AnyAsync(row => row.Tenant == tenant, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All of them, also those that cannot be read.</summary>
    private async Task<IReadOnlySet<string>> ReadTokenIdsAsync(CancellationToken cancellationToken)
    {
        using var context = storage.Database.Open();
        return (await context.Tokens.AsNoTracking().Select(static row => row.Id).ToListAsync(cancellationToken).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);
    }

    private async Task<T> WriteAsync<T>(Func<StorageContext, AuditTrail, Task<T>> write, CancellationToken cancellationToken)
    {
        try
        {
            return await storage.WriteAsync(actor, write, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreSetBackException)
        {
            throw ProfileAdministration.SetBack();
        }
    }

    /// <summary>All that profiles and tokens name, with how many of each.</summary>
    private async Task<Dictionary<string, (int Profiles, int Enabled, int Tokens)>> ReadAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, (int Profiles, int Enabled, int Tokens)> known = new(StringComparer.Ordinal);
        using (var context = storage.Database.Open())
        {
            var counts = await context.Profiles.AsNoTracking().Where(static row => row.Tenant != null).GroupBy(static row => row.Tenant!)
                .Select(static group => new { group.Key, All = group.Count(), Enabled = group.Sum(row => row.Enabled ? 1 : 0) }).ToListAsync(cancellationToken).ConfigureAwait(false);
            foreach (var count in counts.Where(static count => ProfileNames.IsValid(count.Key)))
                known[count.Key] = (count.All, count.Enabled, 0);
        }
        foreach (var token in await tokens.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var tenant in token.PinnedTenant is { } pinned ? [pinned] : token.Tenants)
            {
                var (all, enabled, before) = known.GetValueOrDefault(tenant);
                known[tenant] = (all, enabled, before + 1);
            }
        }
        return known;
    }

    private async Task<IReadOnlyList<TenantListing>> DescribeAsync(Dictionary<string, (int Profiles, int Enabled, int Tokens)> known, string[] names, CancellationToken cancellationToken)
    {
        if (names.Length == 0)
            return [];
        var today = DateOnly.FromDateTime(storage.Time.GetUtcNow().UtcDateTime);
        var from = new DateOnly(today.Year, today.Month, 1);
        var month = (await usage.ReadAsync(new UsageQuery { From = from, To = today, By = [UsageDimension.Tenant], Tenant = names.Length == 1 ? names[0] : null }, cancellationToken).ConfigureAwait(false)).Rows
            .ToLookup(static row => row.Tenant);
        var last = await usage.ReadLastAsync(names, cancellationToken).ConfigureAwait(false);
        return [.. names.Select(name =>
        {
            var (profiles, enabled, count) = known.GetValueOrDefault(name);
            return new TenantListing
            {
                Tenant = name,
                Profiles = profiles,
                EnabledProfiles = enabled,
                Tokens = count,
                LastUsedAt = last.TryGetValue(name, out var at) ? at : null,
                MonthFrom = from,
                Month = [.. month[name]],
            };
        })];
    }
}
