using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Storage;

/// <summary>Keys of the host's own, each for one purpose, that the ring protects.</summary>
internal sealed class HostKeys
{
    public const string Fingerprint = "fingerprint";

    public const string Idempotency = "idempotency";

    public const string Audit = "audit";

    /// <summary>Between a key's name and what is random: keys that the ring did not open once are kept, for it may come back.</summary>
    private const char Former = '-';

    private const string FormerAudit = Audit + "-";

    private const string Purpose = "KeyedWorkflows.HostKey.v1";

    private readonly Dictionary<string, byte[]> keys = new(StringComparer.Ordinal);

    private HostKeys()
    {
    }

    /// <summary>
    /// Reads the host's keys, or makes them. One that the ring does not open is set aside, and one that was set aside and that it opens takes its place, or a new one: a host that was once started with the wrong ring costs no longer than until the
    /// next start. The audit notes that its key is another.
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
            var back = Back(context, ring, name);
            if (row is not null)
                context.HostKeys.Add(new HostKeyRow { Name = name + Former + ProfileRevision.New(), Payload = row.Payload });
            var key = back ?? RandomNumberGenerator.GetBytes(32);
            Write(context, row, name, ring, key);
            opened.keys.Add(name, key);
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

    /// <summary>Refuses a ring that opens none of the keys that there are, before anything is written.</summary>
    /// <param name="database">The store.</param>
    /// <param name="ring">Its ring.</param>
    /// <param name="mayWrap">Whether one in clear text is to be wrapped.</param>
    /// <exception cref="InvalidOperationException">It is the ring of another host, or is wrapped otherwise.</exception>
    public static void RefuseOtherRing(IStorageDatabase database, KeyRing ring, bool mayWrap)
    {
        if (ring.IsOfUnprotectedHost && !mayWrap)
        {
            throw new InvalidOperationException(
                $"The key ring holds keys in clear text, as a host in Development makes it, and a file that wraps it was named ({nameof(StorageOptions.KeyEncryptionKeyFile)}): that host could not read what is written under it. Leave the file out, or name the ring that it wraps.");
        }
        using var context = database.Open();
        var rows = context.HostKeys.AsNoTracking().ToList();
        if (rows.Count > 0 && !rows.Exists(row => ring.Has(row.Payload)))
        {
            throw new InvalidOperationException(
                $"The key ring opens nothing of this store: it is another's, or is wrapped by another key. Name the ring's own directory ({nameof(StorageOptions.KeyRingPath)}) and the file that wraps it ({nameof(StorageOptions.KeyEncryptionKeyFile)}), older ones with {nameof(StorageOptions.FormerKeyEncryptionKeyFiles)}. Nothing was changed. A ring that is lost for good is replaced by starting the host itself without it.");
        }
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

    /// <summary>A key that was set aside, and that the ring opens now. It is aside no longer.</summary>
    private static byte[]? Back(StorageContext context, KeyRing ring, string name)
    {
        foreach (var row in context.HostKeys.Where(key => key.Name.StartsWith(name + Former)).ToList())
        {
            if (ring.Unprotect(row.Payload, out var key, Purpose, name) is not null)
                continue;
            context.HostKeys.Remove(row);
            return key;
        }
        return null;
    }

    private static void Write(StorageContext context, HostKeyRow? row, string name, KeyRing ring, byte[] key)
    {
        var payload = ring.Protect(key, Purpose, PurposeOf(name));
        if (row is null)
            context.HostKeys.Add(new HostKeyRow { Name = name, Payload = payload });
        else
            row.Payload = payload;
    }

    private static string PurposeOf(string name) => name.IndexOf(Former, StringComparison.Ordinal) is > 0 and var end ? name[..end] : name;
}
