using System.Security.Cryptography;

namespace KeyedWorkflows.Runtime;

/// <summary>Run ids: 128 random bits, taken from a buffer of the thread, because the system's source costs as much for 16 bytes as for a kilobyte.</summary>
internal static class RunIds
{
    private const int IdBytes = 16;
    private const int BufferBytes = 64 * IdBytes;

    [ThreadStatic]
    private static byte[]? buffer;

    [ThreadStatic]
    private static int used;

    public static string Next()
    {
        if (buffer is null || used == BufferBytes)
        {
            buffer ??= new byte[BufferBytes];
            RandomNumberGenerator.Fill(buffer);
            used = 0;
        }
        var id = buffer.AsSpan(used, IdBytes);
        used += IdBytes;
        return Convert.ToHexStringLower(id);
    }
}
