using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace KeyedWorkflows.Server;

/// <summary>Signs a callback by the Standard Webhooks specification, for which receivers have libraries: HMAC-SHA-256 over the delivery's id, the time and the body.</summary>
internal static class CallbackSignature
{
    public static string Of(byte[] key, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.ASCII.GetBytes($"{id}.{timestamp.ToString(CultureInfo.InvariantCulture)}."));
        hash.AppendData(body);
        return "v1," + Convert.ToBase64String(hash.GetHashAndReset());
    }
}
