using System.Buffers.Binary;
using System.Security.Cryptography;

namespace KeyedWorkflows.Runtime;

/// <summary>
/// Run ids: 32 hexadecimal digits, the time in milliseconds (12 of them) and 80 random bits. They grow, as those of UUID version 7 do: an index of them is written at its end, where random ones would touch a page of the disk each.
/// Random bits are taken from a buffer of the thread, because the system's source costs as much for 10 bytes as for a kilobyte.
/// </summary>
internal static class RunIds
{
    private const int IdBytes = 16;
    private const int TimeBytes = 6;
    private const int RandomBytes = IdBytes - TimeBytes;
    private const int BufferBytes = 64 * RandomBytes;

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
        Span<byte> id = stackalloc byte[IdBytes];
        BinaryPrimitives.WriteInt64BigEndian(id, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() << 16);
        buffer.AsSpan(used, RandomBytes).CopyTo(id[TimeBytes..]);
        used += RandomBytes;
        return Convert.ToHexStringLower(id);
    }
}
