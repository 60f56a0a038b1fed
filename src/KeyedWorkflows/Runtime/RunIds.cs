using System.Security.Cryptography;

namespace KeyedWorkflows.Runtime;

/// <summary>
/// Ids of runs and uploads: the time in milliseconds (12 hexadecimal digits), then 128 random bits (32). What a store keeps by id grows at its end for the time: with random bits alone each run would touch a page of the
/// index of its own. The random bits come from a buffer of the thread, because the system's source costs as much for 16 bytes as for a kilobyte.
/// </summary>
internal static class RunIds
{
    /// <summary>How many digits an id has.</summary>
    public const int Length = TimeDigits + (2 * RandomBytes);

    private const int TimeDigits = 12;
    private const int RandomBytes = 16;
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
        var random = buffer.AsSpan(used, RandomBytes);
        used += RandomBytes;
        Span<char> id = stackalloc char[Length];
        DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().TryFormat(id, out _, "x12");
        Convert.TryToHexStringLower(random, id[TimeDigits..], out _);
        return new string(id);
    }
}
