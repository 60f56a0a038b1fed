using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Storage;

/// <summary>
/// Short marks by which people tell keys apart. They are keyed, by a key of the host's own that the ring protects, and bound to the profile: the same key has another mark in another profile, so that
/// tenants who share one are not found out.
/// </summary>
internal sealed class KeyFingerprints
{
    private const string KeyName = "fingerprint";
    private const string Purpose = "KeyedWorkflows.HostKey.v1";
    private const int Length = 8;

    private readonly byte[] hostKey;

    private KeyFingerprints(byte[] hostKey) => this.hostKey = hostKey;

    /// <summary>Reads the host's key, or makes it. One that the ring does not open any more is made anew: fingerprints are for display only.</summary>
    public static KeyFingerprints Open(IStorageDatabase database, KeyRing ring)
    {
        using var context = database.Open();
        using var transaction = database.BeginWrite(context);
        var row = context.HostKeys.FirstOrDefault(key => key.Name == KeyName);
        if (row is not null && ring.Unprotect(row.Payload, out var present, Purpose, KeyName) is null)
            return new KeyFingerprints(present);
        var made = RandomNumberGenerator.GetBytes(32);
        Write(context, row, ring, made);
        context.SaveChanges();
        transaction.Commit();
        return new KeyFingerprints(made);
    }

    /// <summary>16 hexadecimal digits: 64 bits of HMAC-SHA-256 over the profile's id and its key.</summary>
    public string Of(string profileId, Secret key)
    {
        Span<byte> mark = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(hostKey, Encoding.UTF8.GetBytes($"{profileId}\n{key.Reveal()}"), mark);
        return Convert.ToHexStringLower(mark[..Length]);
    }

    /// <summary>Protects the host's key anew, within a transaction of the caller's.</summary>
    public async Task ReEncryptAsync(StorageContext context, KeyRing ring, CancellationToken cancellationToken) =>
        Write(context, await context.HostKeys.FirstOrDefaultAsync(key => key.Name == KeyName, cancellationToken).ConfigureAwait(false), ring, hostKey);

    private static void Write(StorageContext context, HostKeyRow? row, KeyRing ring, byte[] key)
    {
        var payload = ring.Protect(key, Purpose, KeyName);
        if (row is null)
            context.HostKeys.Add(new HostKeyRow { Name = KeyName, Payload = payload });
        else
            row.Payload = payload;
    }
}
