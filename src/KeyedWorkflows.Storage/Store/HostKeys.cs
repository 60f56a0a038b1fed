using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Storage;

/// <summary>Keys of the host's own, each for one purpose, that the ring protects.</summary>
internal sealed class HostKeys
{
    public const string Fingerprint = "fingerprint";

    public const string Idempotency = "idempotency";

    private const string Purpose = "KeyedWorkflows.HostKey.v1";

    private readonly Dictionary<string, byte[]> keys = new(StringComparer.Ordinal);

    private HostKeys()
    {
    }

    /// <summary>
    /// Reads the host's keys, or makes them. One that the ring does not open any more is made anew: fingerprints are for display only, and idempotency keys are kept for a day.
    /// </summary>
    public static HostKeys Open(IStorageDatabase database, KeyRing ring)
    {
        var opened = new HostKeys();
        using var context = database.Open();
        using var transaction = database.BeginWrite(context);
        foreach (var name in (string[])[Fingerprint, Idempotency])
        {
            var row = context.HostKeys.FirstOrDefault(key => key.Name == name);
            if (row is not null && ring.Unprotect(row.Payload, out var present, Purpose, name) is null)
            {
                opened.keys.Add(name, present);
                continue;
            }
            var made = RandomNumberGenerator.GetBytes(32);
            Write(context, row, name, ring, made);
            opened.keys.Add(name, made);
        }
        context.SaveChanges();
        transaction.Commit();
        return opened;
    }

    public byte[] this[string name] => keys[name];

    /// <summary>Protects the host's keys anew, within a transaction of the caller's.</summary>
    public async Task ReEncryptAsync(StorageContext context, KeyRing ring, CancellationToken cancellationToken)
    {
        foreach (var (name, key) in keys)
            Write(context, await context.HostKeys.FirstOrDefaultAsync(row => row.Name == name, cancellationToken).ConfigureAwait(false), name, ring, key);
    }

    private static void Write(StorageContext context, HostKeyRow? row, string name, KeyRing ring, byte[] key)
    {
        var payload = ring.Protect(key, Purpose, name);
        if (row is null)
            context.HostKeys.Add(new HostKeyRow { Name = name, Payload = payload });
        else
            row.Payload = payload;
    }
}
