using System.Buffers.Binary;
using System.Numerics;

namespace KeyedWorkflows.Storage;

/// <summary>The checksum of what lies in the journal: it finds what was written in part, or has been damaged since. It keeps nobody from making one.</summary>
internal static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var one in bytes)
            crc = BitOperations.Crc32C(crc, one);
        return ~crc;
    }
}
