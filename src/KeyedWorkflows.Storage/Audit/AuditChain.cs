using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Storage;

/// <summary>
/// The chain that the entries of the audit form. The code of each is over that of the one before and its own content, under a key of the host's: who can write to the database alone cannot make one. Several processes append to one
/// chain, each within a write of the database, which never overlap. What may be taken away unseen, the end, is found by the head, which is kept beside the key ring and goes to the log. Safe for use from several threads.
/// </summary>
internal sealed partial class AuditChain
{
    /// <summary>How often the head goes to the log: every so many entries.</summary>
    private const int EntriesPerLoggedHead = 100;

    /// <summary>The number of the first entry. What has a lower one was not written here, and counts for nothing.</summary>
    public const long First = 1;

    private const int MacLength = HMACSHA256.HashSizeInBytes;

    /// <summary>What a note says first of a head that nothing leads to.</summary>
    private const string ExpectedPrefix = "expected ";

    private static readonly byte[] Purpose = Encoding.ASCII.GetBytes("KeyedWorkflows.Audit.v1\n");

    private readonly byte[] key;
    private readonly string keyMark;
    private readonly Dictionary<string, byte[]> keys;
    private readonly AuditHeadFile? file;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private AuditHead? known;
    private AuditHead? noted;
    private bool isUnkept;

    /// <param name="key">The key that entries are written under.</param>
    /// <param name="former">Keys that they were written under before, as far as the ring still opens them.</param>
    /// <param name="ring">The directory of the key ring; null where it is in memory: then this process alone knows the head.</param>
    /// <param name="place">Where the database lies.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The host's log.</param>
    public AuditChain(byte[] key, IEnumerable<byte[]> former, string? ring, string place, TimeProvider time, ILogger logger)
    {
        this.key = key;
        this.time = time;
        this.logger = logger;
        keyMark = MarkOf(key);
        keys = former.Append(key).DistinctBy(MarkOf).ToDictionary(MarkOf, static one => one, StringComparer.Ordinal);
        file = ring is null ? null : new AuditHeadFile(ring, keyMark, place);
    }

    /// <summary>The newest entry that this process knows of; null before the first.</summary>
    public AuditHead? Known
    {
        get
        {
            lock (gate)
                return known;
        }
    }

    /// <summary>
    /// Looks where the chain stands when the host starts, and notes in it what is amiss: that entries were taken away since, that the key of those before is lost, or that all of it was taken away that was written under another key,
    /// and the key with it.
    /// </summary>
    public void Begin(IStorageDatabase database)
    {
        known = file?.Read();
        using var context = database.Open();
        var last = LastOf(context.AuditEntries).FirstOrDefault();
        var isRenewed = last is not null && (AuditContent.Read(last, out var mark) is null || mark != keyMark);
        if (isRenewed || IsGap(known, last, AtKnown()) || Lost().Count > 0)
        {
            using var transaction = database.BeginWrite(context);
            last = LastOf(context.AuditEntries).FirstOrDefault();
            var trail = new AuditTrail(AuditActor.Host);
            if (isRenewed)
                trail.Add(AuditActions.KeyRenewed, AuditActions.Audit, null, null);
            foreach (var lost in Lost())
            {
                LogAnew(lost.Head.Number, last?.Number ?? 0);
                trail.Add(AuditActions.BegunAnew, AuditActions.Audit, lost.KeyMark, null, changes: Difference(lost.Head, last));
            }
            var missing = IsGap(known, last, AtKnown()) ? known : null;
            if (trail.Drafts.Count > 0 || missing is not null)
            {
                var head = Append(context, trail.Drafts, missing, last);
                context.SaveChanges();
                transaction.Commit();
                Committed(head);
            }
        }
        if (last is not null && (known is null || last.Number > known.Number))
            known = HeadOf(last);
        Keep(static file => file.SayWhere());

        AuditEntryRow? AtKnown() => known is null ? null : At(context.AuditEntries, known.Number).FirstOrDefault();

        List<KeptHead> Lost() =>
        [
            .. (file?.ReadOthers(withUnnamed: last is null && known is null) ?? [])
                .Where(other => !Explains(At(context.AuditEntries, other.Head.Number).FirstOrDefault(), other)
                    && !Named(context.AuditEntries, other).ToList().Exists(row => IsTrueNote(row, At(context.AuditEntries, row.Number - 1).FirstOrDefault(), other))),
        ];
    }

    /// <summary>Adds entries to what is about to be committed, within a write of the database.</summary>
    /// <returns>What to tell <see cref="Committed"/>, when they are; null where there is nothing to add.</returns>
    public async Task<AuditAppended?> AppendAsync(StorageContext context, IReadOnlyList<AuditDraft> drafts, CancellationToken cancellationToken)
    {
        if (drafts.Count == 0)
            return null;
        var expected = Known;
        var last = await LastOf(context.AuditEntries).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        AuditHead? missing = null;
        foreach (var head in Expected(expected))
        {
            if (missing is null && IsGap(head, last, head.Number == last?.Number ? last : await At(context.AuditEntries, head.Number).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false)))
                missing = head;
        }
        return Append(context, drafts, missing, last);
    }

    /// <inheritdoc cref="AppendAsync"/>
    public AuditAppended? Append(StorageContext context, IReadOnlyList<AuditDraft> drafts)
    {
        if (drafts.Count == 0)
            return null;
        var expected = Known;
        var last = LastOf(context.AuditEntries).FirstOrDefault();
        return Append(context, drafts, Expected(expected).FirstOrDefault(head => IsGap(head, last, At(context.AuditEntries, head.Number).FirstOrDefault())), last);
    }

    /// <summary>Says that entries are committed.</summary>
    public void Committed(AuditAppended? appended)
    {
        if (appended is null)
            return;
        var (first, head, missing) = appended;
        lock (gate)
        {
            if (known is null || missing is not null || head.Number > known.Number)
                known = head;
            noted = missing ?? noted;
            Keep(file => file.Write(head, missing is not null));
        }
        if (head.Number / EntriesPerLoggedHead != (first - 1) / EntriesPerLoggedHead)
            LogHead(head);
    }

    /// <summary>Writes the head to the log: what is said there is out of reach of who can write to the database.</summary>
    public void LogHead()
    {
        if (Known is { } head)
            LogHead(head);
    }

    /// <summary>Examines the chain from its first entry, or from the one after <paramref name="after"/>, to its end.</summary>
    public async Task<AuditVerification> VerifyAsync(IStorageDatabase database, AuditHead? expected, long after, CancellationToken cancellationToken)
    {
        // Before the entries are read: what is written meanwhile is more than is asked for.
        var others = file?.ReadOthers(withUnnamed: false) ?? [];
        List<AuditHead> heads = [.. new[] { expected, Known, file?.Read() }.OfType<AuditHead>().Where(head => head.Number > after)];
        using var context = database.Open();
        if (await context.AuditEntries.AsNoTracking().Where(static row => row.Number < First).OrderBy(static row => row.Number).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } strange)
            return Broken(0, null, AuditFault.Altered, strange.Number, $"There is an entry of number {strange.Number}. The first that is written has number {First}: this one was put in past the store.");
        var before = after == 0 ? new byte[MacLength] : (await context.AuditEntries.AsNoTracking().FirstOrDefaultAsync(row => row.Number == after, cancellationToken).ConfigureAwait(false))?.Mac;
        if (before is null)
            return Broken(0, null, AuditFault.Truncated, after, $"Entry {after}, after which the examination was to begin, is not there.");
        var examined = 0L;
        AuditHead? head = null;
        while (true)
        {
            var next = after + examined;
            var page = await PageAfter(context, next).ToListAsync(cancellationToken).ConfigureAwait(false);
            if (page.Count == 0)
                break;
            var newest = page[^1].Number;
            var tenants = (await context.AuditTenants.AsNoTracking().Where(row => row.Number > next && row.Number <= newest).ToListAsync(cancellationToken).ConfigureAwait(false)).ToLookup(static row => row.Number, static row => row.Tenant);
            foreach (var row in page)
            {
                var number = after + examined + 1;
                if (row.Number != number)
                    return Broken(examined, head, AuditFault.Missing, number, $"Entry {number} is missing: entry {row.Number} follows the one before it.");
                if (FaultOf(row, before, tenants[number]) is { } fault)
                    return Broken(examined, head, fault, number, Explained(fault, number, IsAnew(row)));
                head = HeadOf(row);
                if (heads.FirstOrDefault(one => one.Number == number && one.Mac != head.Mac) is not null)
                    return Broken(examined, head, AuditFault.Truncated, number, $"Entry {number} is another than the one that was written under this number: the audit was cut off before it, and went on otherwise.");
                before = row.Mac;
                examined++;
            }
        }
        var end = after + examined;
        if (heads.MaxBy(static one => one.Number) is { } furthest && furthest.Number > end)
            return Broken(examined, head, AuditFault.Truncated, end + 1, $"The audit ends with entry {end}, and is known to have had at least {furthest.Number}. Entries {end + 1} to {furthest.Number} were taken away, or the database was set back.");
        foreach (var other in others.Where(other => other.Head.Number > after))
        {
            if (Explains(await At(context.AuditEntries, other.Head.Number).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false), other))
                continue;
            var isNoted = false;
            foreach (var row in await Named(context.AuditEntries, other).ToListAsync(cancellationToken).ConfigureAwait(false))
                isNoted |= IsTrueNote(row, await At(context.AuditEntries, row.Number - 1).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false), other);
            if (isNoted)
                continue;
            return Broken(
                examined,
                head,
                AuditFault.Truncated,
                Math.Min(other.Head.Number, end + 1),
                $"The key ring's directory holds the head {other.Head} of this database's audit under another key ({other.KeyMark}), and no entry leads to it: what was written under that key was taken away, and the key with it.");
        }
        var elsewhere = file?.ReadElsewhere() is { } further && further.Number > end
            ? $" A database of the same key at another place, such as a copy of this one, went on to {further}: if this one was there, and was moved back, its end is missing."
            : "";
        return new AuditVerification { Entries = examined, Head = head, Message = (examined == 0 ? "There is no entry to examine." : $"{examined} entries are as they were written. The last is {head}.") + elsewhere };
    }

    /// <summary>A page of entries, as they are examined.</summary>
    public static IQueryable<AuditEntryRow> PageAfter(StorageContext context, long number) => context.AuditEntries.AsNoTracking().Where(row => row.Number > number).OrderBy(row => row.Number).Take(AuditLog.PageSize);

    public static AuditHead HeadOf(AuditEntryRow row) => new(row.Number, Convert.ToHexStringLower(row.Mac));

    private static AuditVerification Broken(long entries, AuditHead? head, AuditFault fault, long first, string message) => new()
    {
        Entries = entries,
        Head = head,
        Fault = fault,
        FirstBroken = first,
        Message = message + (fault == AuditFault.Gap ? "" : " Find out who can write to the database, and compare with the heads in the hosts' logs."),
    };

    private static string Explained(AuditFault fault, long number, bool isAnew) => fault switch
    {
        AuditFault.Gap when isAnew => $"Entry {number} notes that the audit was begun anew beside the head of a former one, which another key was for: all that was written under that, and the key, had been taken away, or the database is a new one in the place of another. If you know why, examine what follows by itself, after entry {number}.",
        AuditFault.KeyLost => $"Entry {number} was written under a key that this host does not have: its key ring was lost, or the key was taken out of the database. Restore the ring from its backup.",
        AuditFault.Gap => $"Entry {number} notes that entries before it had been taken away, as a restored backup does. If you know why, examine what follows by itself, after entry {number}.",
        _ => $"Entry {number} is not as it was written: it was edited, exchanged, or put in past the store.",
    };

    private AuditFault? FaultOf(AuditEntryRow row, byte[] before, IEnumerable<string> tenants)
    {
        if (AuditContent.Read(row, out var mark) is not { } entry)
            return AuditFault.Altered;
        if (!keys.TryGetValue(mark, out var under))
            return AuditFault.KeyLost;
        return !CryptographicOperations.FixedTimeEquals(MacOf(under, before, row.Content), row.Mac) || !AuditContent.Agrees(row, entry, tenants) ? AuditFault.Altered
            : entry.Action is AuditActions.Gap or AuditActions.BegunAnew ? AuditFault.Gap
            : null;
    }

    /// <param name="context">The write.</param>
    /// <param name="drafts">What is to be added.</param>
    /// <param name="missing">The entry that is known to have been written, and is not there; null where there is none.</param>
    /// <param name="last">The last entry that is there.</param>
    private AuditAppended Append(StorageContext context, IReadOnlyList<AuditDraft> drafts, AuditHead? missing, AuditEntryRow? last)
    {
        if (missing is not null)
        {
            LogGap(missing.Number, last?.Number ?? 0);
            drafts = [GapNote(missing, last), .. drafts];
        }
        var number = last?.Number ?? 0;
        var before = last?.Mac ?? new byte[MacLength];
        var first = number + 1;
        foreach (var draft in drafts)
        {
            number++;
            var at = time.GetUtcNow().ToUniversalTime();
            var content = AuditContent.Write(number, at, keyMark, draft);
            var mac = MacOf(key, before, content);
            context.AuditEntries.Add(new AuditEntryRow
            {
                Number = number,
                At = at.UtcTicks,
                ActorId = draft.Actor.Id,
                ActorName = draft.Actor.Name,
                SubjectId = AuditText.OfOptional(draft.SubjectId),
                Content = content,
                Mac = mac,
            });
            context.AuditTenants.AddRange(draft.Tenants.Select(tenant => new AuditTenantRow { Number = number, Tenant = tenant }));
            before = mac;
        }
        return new AuditAppended(first, new AuditHead(number, Convert.ToHexStringLower(before)), missing);
    }

    /// <summary>
    /// What must be there. This process may not have heard of what others wrote since: what it adds then would take the place of their head beside the ring, and with it all trace of entries that were taken away. The file is read within
    /// the write, so that what it names is committed. What was noted as missing, and could not be replaced there, is not noted again.
    /// </summary>
    /// <param name="known">The newest entry that was known before the database was asked: since then others may have committed more.</param>
    private List<AuditHead> Expected(AuditHead? known)
    {
        AuditHead? beside;
        lock (gate)
            beside = file?.ReadOwn() is { } kept && kept != known && kept != noted ? kept : null;
        return [.. new[] { known, beside }.OfType<AuditHead>().OrderByDescending(static head => head.Number)];
    }

    /// <summary>Whether the entry that is known to have been written is not there.</summary>
    private static bool IsGap(AuditHead? expected, AuditEntryRow? last, AuditEntryRow? atExpected) =>
        expected is not null && (last is null || last.Number < expected.Number || atExpected is null || Convert.ToHexStringLower(atExpected.Mac) != expected.Mac);

    private static AuditDraft GapNote(AuditHead expected, AuditEntryRow? last) => new()
    {
        Actor = AuditActor.Host,
        Action = AuditActions.Gap,
        SubjectKind = AuditActions.Audit,
        Changes = Difference(expected, last),
    };

    private static string[] Difference(AuditHead expected, AuditEntryRow? last) => [ExpectedPrefix + expected, $"found {(last is null ? "nothing" : HeadOf(last))}"];

    /// <summary>Whether an entry is the one that a head speaks of: then its key was renewed, and what was written under it is there.</summary>
    private static bool Explains(AuditEntryRow? row, KeptHead kept) => row is not null && HeadOf(row) == kept.Head;

    /// <summary>Whether an entry notes that the audit was begun anew. That the entry itself is true is found by its code.</summary>
    private static bool IsAnew(AuditEntryRow row) => AuditContent.Read(row, out _)?.Action == AuditActions.BegunAnew;

    /// <summary>
    /// Whether an entry notes truly that the audit was begun anew beside a head: by its own code, since whoever took the audit away could put in one that says so, where nobody examines it. It speaks of what was known then: an audit that came
    /// back, from a backup, and went on past that is missed anew.
    /// </summary>
    private bool IsTrueNote(AuditEntryRow row, AuditEntryRow? before, KeptHead kept) =>
        AuditContent.Read(row, out var mark) is { Action: AuditActions.BegunAnew, Changes: [var said, ..] } entry && entry.Number == row.Number && entry.SubjectId == kept.KeyMark
        && said.StartsWith(ExpectedPrefix, StringComparison.Ordinal) && AuditHead.TryParse(said[ExpectedPrefix.Length..], out var missed) && missed.Number >= kept.Head.Number
        && (row.Number == First ? new byte[MacLength] : before?.Mac) is { } chained
        && keys.TryGetValue(mark, out var under) && CryptographicOperations.FixedTimeEquals(MacOf(under, chained, row.Content), row.Mac);

    private static IQueryable<AuditEntryRow> At(IQueryable<AuditEntryRow> entries, long number) => entries.AsNoTracking().Where(row => row.Number == number);

    /// <summary>The entries that name the key of a head.</summary>
    private static IQueryable<AuditEntryRow> Named(IQueryable<AuditEntryRow> entries, KeptHead kept) => entries.AsNoTracking().Where(row => row.Number >= First && row.SubjectId == kept.KeyMark);

    private static IQueryable<AuditEntryRow> LastOf(IQueryable<AuditEntryRow> entries) => entries.AsNoTracking().Where(static row => row.Number >= First).OrderByDescending(static row => row.Number).Take(1);

    private static byte[] MacOf(byte[] key, byte[] before, byte[] content)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        mac.AppendData(Purpose);
        mac.AppendData(before);
        mac.AppendData(content);
        return mac.GetHashAndReset();
    }

    /// <summary>Does something with the file of the head. Where that fails, the change is committed all the same, and its entry with it.</summary>
    private void Keep(Action<AuditHeadFile> what)
    {
        if (file is null)
            return;
        try
        {
            what(file);
            isUnkept = false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            if (!isUnkept)
                LogUnkept(error.GetType().Name);
            isUnkept = true;
        }
    }

    /// <summary>What tells a key apart, and leads back to none.</summary>
    private static string MarkOf(byte[] key) => Convert.ToHexStringLower(HMACSHA256.HashData(key, "KeyedWorkflows.Audit.mark"u8).AsSpan(0, 8));

    [LoggerMessage(EventId = 20, Level = LogLevel.Information, Message = "The audit's head is {Head}. Kept apart, it shows later whether entries up to it were taken away or rewritten.")]
    private partial void LogHead(AuditHead head);

    [LoggerMessage(
        EventId = 21,
        Level = LogLevel.Critical,
        Message = "Entries were taken away from the audit: entry {Known} is known to have been written, and the audit ends with {Found} or goes on otherwise. A restored backup does that, too. The audit notes it. Find out who can write to the database.")]
    private partial void LogGap(long known, long found);

    [LoggerMessage(
        EventId = 26,
        Level = LogLevel.Critical,
        Message = "The audit begins anew: beside the key ring lies the head of one of this database under another key, with {Known} entries, and what is there ends with {Found} and does not lead to it. That is so where the database is a new one in the place of another, or a backup was restored. Otherwise somebody took it away, and its key: the audit notes it. Find out who can write to the database.")]
    private partial void LogAnew(long known, long found);

    [LoggerMessage(EventId = 22, Level = LogLevel.Warning, Message = "The head of the audit cannot be kept beside the key ring ({Error}). Entries that are taken away at its end are found by the heads in the log alone.")]
    private partial void LogUnkept(string error);
}
