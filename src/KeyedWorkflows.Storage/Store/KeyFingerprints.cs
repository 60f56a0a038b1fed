using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace KeyedWorkflows.Storage;

/// <summary>
/// Short marks by which people tell keys apart. They are keyed, by a key of the host's own that the ring protects, and bound to the profile: the same key has another mark in another profile, so that
/// tenants who share one are not found out.
/// </summary>
internal sealed class KeyFingerprints(byte[] hostKey)
{
    private const int Length = 8;

    private readonly ConditionalWeakTable<StoredProfile, string> known = [];

    /// <summary>The mark of a profile's key. It is made once for each state of a profile.</summary>
    public string Of(StoredProfile profile) => known.GetValue(profile, profile => Of(profile.Id, profile.ApiKey!));

    /// <summary>16 hexadecimal digits: 64 bits of HMAC-SHA-256 over the id of what holds the key (a profile, or the token of a caller who sent one) and the key.</summary>
    public string Of(string holderId, Secret key)
    {
        Span<byte> mark = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(hostKey, Encoding.UTF8.GetBytes($"{holderId}\n{key.Reveal()}"), mark);
        return Convert.ToHexStringLower(mark[..Length]);
    }
}
