using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Storage;

/// <summary>
/// Reads and examines the audit: every change of profiles and tokens, and every refused use of a profile. Entries are written by the store alone, are never removed, and hold no secret. Safe for use from several threads.
/// </summary>
public sealed class AuditLog
{
    internal const int PageSize = 1_000;

    private readonly HostStorage storage;

    internal AuditLog(HostStorage storage) => this.storage = storage;

    /// <summary>Reads entries in the order of their numbers. What was counted in the last minute may not be among them yet.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The entries: as many as the query takes at most. To go on, ask again after the last.</returns>
    /// <exception cref="ArgumentException">The query's limit is not 1 to 1,000.</exception>
    public async Task<IReadOnlyList<AuditEntry>> ReadAsync(AuditQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Limit is < 1 or > PageSize)
            throw new ArgumentException($"{nameof(AuditQuery.Limit)} is not 1 to {PageSize}.", nameof(query));
        using var context = storage.Database.Open();
        List<AuditEntry> read = [];
        for (var after = query.After == 0 ? (long?)null : query.After; ;)
        {
            // What cannot be read is no entry, and does not make a page shorter: one that is not full is taken for the last.
            var asked = query.Limit - read.Count;
            var rows = await Found(context, query, after).Take(asked).ToListAsync(cancellationToken).ConfigureAwait(false);

            // Under the number that it was found by: whoever goes on after the last would come to the same entries again by one that says another.
            read.AddRange(rows.Select(static row => AuditContent.Read(row, out _) is { } entry ? entry with { Number = row.Number } : null).OfType<AuditEntry>());
            if (rows.Count < asked || read.Count == query.Limit)
                return read;
            after = rows[^1].Number;
        }
    }

    /// <param name="context">What reads.</param>
    /// <param name="query">Which. Where it begins does not count.</param>
    /// <param name="after">The number of the last that was read; null before the first.</param>
    private static IQueryable<AuditEntryRow> Found(StorageContext context, AuditQuery query, long? after)
    {
        // What has a lower number was put in past the store: the examination tells of it.
        var entries = context.AuditEntries.AsNoTracking().Where(static row => row.Number >= AuditChain.First);
        if (after is { } last)
            entries = query.NewestFirst ? entries.Where(row => row.Number < last) : entries.Where(row => row.Number > last);
        if (query.Tenant is { } tenant)
            entries = entries.Where(row => context.AuditTenants.Any(one => one.Tenant == tenant && one.Number == row.Number));
        if (query.From?.UtcTicks is { } from)
            entries = entries.Where(row => row.At >= from);
        if (query.To?.UtcTicks is { } to)
            entries = entries.Where(row => row.At < to);
        if (query.Actor is { } actor)
            entries = entries.Where(row => row.ActorId == actor || row.ActorName == actor);
        if (query.SubjectId is { } subject)
            entries = entries.Where(row => row.SubjectId == subject);
        return query.NewestFirst ? entries.OrderByDescending(static row => row.Number) : entries.OrderBy(static row => row.Number);
    }

    /// <summary>
    /// All entries of a tenant, or of all, in a time: what an auditor asks for. Examine the audit before, with <see cref="VerifyAsync"/>: an entry that was altered in the database is shown as it is found. All of the audit is read, and what is asked for
    /// is chosen here: the database is asked what the examination asks it, so that whatever stands in the place of its table shows the same to both.
    /// </summary>
    /// <param name="query">Which. Its limit, its order and where it begins do not count.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The report.</returns>
    public async Task<AuditReport> ReportAsync(AuditQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        List<AuditEntry> entries = [];
        using var context = storage.Database.Open();
        for (var after = 0L; ;)
        {
            var rows = await AuditChain.PageAfter(context, after).ToListAsync(cancellationToken).ConfigureAwait(false);
            entries.AddRange(rows.Select(static row => AuditContent.Read(row, out _)).OfType<AuditEntry>().Where(entry => Fits(entry, query)));
            if (rows.Count == 0)
                return new AuditReport(query, entries);
            after = rows[^1].Number;
        }
    }

    private static bool Fits(AuditEntry entry, AuditQuery query) =>
        (query.Tenant is null || entry.Tenants.Contains(query.Tenant, StringComparer.Ordinal))
        && !(entry.At < query.From) && !(entry.At >= query.To)
        && (query.Actor is null || entry.Actor.Id == query.Actor || entry.Actor.Name == query.Actor)
        && (query.SubjectId is null || entry.SubjectId == query.SubjectId);

    /// <summary>
    /// Examines the audit: that each entry is what was written, that none lacks between others, and that none was taken away at the end, as far as this host's key ring, this process or the caller knows where it ended.
    /// </summary>
    /// <param name="expected">A head that was kept apart, such as one of the log; null where there is none.</param>
    /// <param name="after">The number of an entry up to which all is taken as it is, such as one of an earlier examination, or of a gap that is known; 0 begins with the first.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The first thing that is wrong, or that nothing is.</returns>
    public Task<AuditVerification> VerifyAsync(AuditHead? expected = null, long after = 0, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        return storage.Audit.VerifyAsync(storage.Database, expected, after, cancellationToken);
    }
}
