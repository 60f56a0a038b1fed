using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Storage;

/// <summary>Keys of the host's own, each for one purpose, that the ring protects.</summary>
internal sealed class HostKeys
{
    public const string Fingerprint = "fingerprint";

    public const string Idempotency = "idempotency";

    public const string Audit = "audit";

    /// <summary>Keys of the audit that the ring did not open once: they are kept, for it may come back.</summary>
    private const string FormerAudit = "audit-";

    private const string Purpose = "KeyedWorkflows.HostKey.v1";

    private readonly Dictionary<string, byte[]> keys = new(StringComparer.Ordinal);

    private HostKeys()
    {
    }

    /// <summary>
    /// Reads the host's keys, or makes them. One that the ring does not open any more is made anew: fingerprints are for display only, and idempotency keys are kept for a day. The audit notes that its key is another.
    /// </summary>
    public static HostKeys Open(IStorageDatabase database, KeyRing ring)
    {
        var opened = new HostKeys();
        using var context = database.Open();
        using var transaction = database.BeginWrite(context);
        foreach (var name in (string[])[Fingerprint, Idempotency, Audit])
        {
            var row = context.HostKeys.FirstOrDefault(key => key.Name == name);
            if (row is not null && ring.Unprotect(row.Payload, out var present, Purpose, name) is null)
            {
                opened.keys.Add(name, present);
                continue;
            }
            if (row is not null && name == Audit)
                context.HostKeys.Add(new HostKeyRow { Name = FormerAudit + ProfileRevision.New(), Payload = row.Payload });
            var made = RandomNumberGenerator.GetBytes(32);
            Write(context, row, name, ring, made);
            opened.keys.Add(name, made);
        }
        context.SaveChanges();
        transaction.Commit();
        foreach (var row in context.HostKeys.Where(key => key.Name.StartsWith(FormerAudit)).ToList())
        {
            if (ring.Unprotect(row.Payload, out var former, Purpose, PurposeOf(row.Name)) is null)
                opened.keys.Add(row.Name, former);
        }
        return opened;
    }

    public byte[] this[string name] => keys[name];

    /// <summary>The keys that the audit was written under before, as far as the ring opens them.</summary>
    public IEnumerable<byte[]> FormerAuditKeys => keys.Where(static one => one.Key.StartsWith(FormerAudit, StringComparison.Ordinal)).Select(static one => one.Value);

    /// <summary>Protects the host's keys anew, within a transaction of the caller's.</summary>
    public async Task ReEncryptAsync(StorageContext context, KeyRing ring, CancellationToken cancellationToken)
    {
        foreach (var (name, key) in keys)
            Write(context, await context.HostKeys.FirstOrDefaultAsync(row => row.Name == name, cancellationToken).ConfigureAwait(false), name, ring, key);
    }

    private static void Write(StorageContext context, HostKeyRow? row, string name, KeyRing ring, byte[] key)
    {
        var payload = ring.Protect(key, Purpose, PurposeOf(name));
        if (row is null)
            context.HostKeys.Add(new HostKeyRow { Name = name, Payload = payload });
        else
            row.Payload = payload;
    }

    private static string PurposeOf(string name) => name.StartsWith(FormerAudit, StringComparison.Ordinal) ? Audit : name;
}
