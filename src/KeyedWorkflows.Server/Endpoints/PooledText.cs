using System.Buffers;

namespace KeyedWorkflows.Server;

/// <summary>A text under way, in a buffer of the shared pool. Cleared when it is given back: it held what users wrote.</summary>
internal sealed class PooledText(int capacity = 1024) : IBufferWriter<byte>, IDisposable
{
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(capacity);
    private int length;

    public ReadOnlyMemory<byte> Written => buffer.AsMemory(0, length);

    public void Advance(int count) => length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return buffer.AsMemory(length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return buffer.AsSpan(length);
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref buffer, []), clearArray: true);

    private void Ensure(int sizeHint)
    {
        var needed = Math.Max(sizeHint, 1);
        if (buffer.Length - length >= needed)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, length + needed));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        buffer = larger;
    }
}
