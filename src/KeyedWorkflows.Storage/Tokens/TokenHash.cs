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
