using System.Buffers.Binary;
using System.Security.Cryptography;

namespace KeyedWorkflows.Storage;

/// <summary>The SHA-256 of a token: 32 bytes that can be a key of a dictionary.</summary>
internal readonly record struct TokenHash(ulong A, ulong B, ulong C, ulong D)
{
    /// <summary>Hashes a token's text.</summary>
    public static TokenHash Of(ReadOnlySpan<byte> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return new(Read(hash, 0), Read(hash, 1), Read(hash, 2), Read(hash, 3));
    }

    /// <summary>Reads what <see cref="ToArray"/> gave.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out TokenHash hash)
    {
        hash = bytes.Length == SHA256.HashSizeInBytes ? new(Read(bytes, 0), Read(bytes, 1), Read(bytes, 2), Read(bytes, 3)) : default;
        return bytes.Length == SHA256.HashSizeInBytes;
    }

    /// <summary>The bytes, as they are stored.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(0), A);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), B);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(16), C);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(24), D);
        return bytes;
    }

    private static ulong Read(ReadOnlySpan<byte> hash, int part) => BinaryPrimitives.ReadUInt64BigEndian(hash[(part * 8)..]);
}
