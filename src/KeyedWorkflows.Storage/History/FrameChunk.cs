using System.Buffers.Binary;

namespace KeyedWorkflows.Storage;

/// <summary>Frames as one value: each after its length, in four bytes.</summary>
internal static class FrameChunk
{
    public static byte[] Write(IReadOnlyList<ReadOnlyMemory<byte>> frames)
    {
        var length = 0;
        foreach (var frame in frames)
            length += sizeof(int) + frame.Length;
        var content = new byte[length];
        var rest = content.AsSpan();
        foreach (var frame in frames)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, frame.Length);
            frame.Span.CopyTo(rest[sizeof(int)..]);
            rest = rest[(sizeof(int) + frame.Length)..];
        }
        return content;
    }

    /// <summary>Reads what <see cref="Write"/> wrote. What is not that ends where it stops making sense.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Read(byte[] content)
    {
        var rest = content.AsMemory();
        while (rest.Length >= sizeof(int))
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest.Span);
            if (length < 0 || length > rest.Length - sizeof(int))
                yield break;
            yield return rest.Slice(sizeof(int), length);
            rest = rest[(sizeof(int) + length)..];
        }
    }
}
