namespace KeyedWorkflows;

/// <summary>
/// Reads an answer's body up to a number of bytes, and fails beyond; and is let go by one at a time. A library that lets go of a body because its call was cancelled does so while the body is being read. .NET's own stream then has two
/// readers: both find the end, both give the connection back, and two requests share it from there on, of two tenants perhaps. Here whoever reads lets go in the place of the other, as soon as the reading ends: which its token does, that each reader gives.
/// </summary>
internal sealed class BoundedStream(Stream inner, long limit) : Stream
{
    /// <summary>Answers are short, and the usual buffer is larger than any of them.</summary>
    private const int CopyBuffer = 16 * 1024;

    private const int Idle = 0, Reading = 1, LetGoWhileReading = 2, Over = 3;

    private long left = limit;
    private int state;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        Enter();
        try
        {
            return Count(inner.Read(buffer));
        }
        finally
        {
            Leave();
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Enter();
        ValueTask<int> read;
        try
        {
            read = inner.ReadAsync(buffer, cancellationToken);
        }
        catch
        {
            Leave();
            throw;
        }
        if (!read.IsCompletedSuccessfully)
            return CountAsync(read);
        var bytes = read.Result;
        Leave();
        return new(Count(bytes));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
        base.CopyToAsync(destination, Math.Min(bufferSize, CopyBuffer), cancellationToken);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            LetGo();
        base.Dispose(disposing);
    }

    private async ValueTask<int> CountAsync(ValueTask<int> read)
    {
        try
        {
            return Count(await read.ConfigureAwait(false));
        }
        finally
        {
            Leave();
        }
    }

    private void Enter()
    {
        var before = Interlocked.CompareExchange(ref state, Reading, Idle);
        ObjectDisposedException.ThrowIf(before is LetGoWhileReading or Over, this);
        if (before == Reading)
            throw new InvalidOperationException("An answer's body is read by two at once.");
    }

    private void Leave()
    {
        if (Interlocked.CompareExchange(ref state, Idle, Reading) == Reading)
            return;
        Volatile.Write(ref state, Over);
        inner.Dispose();
    }

    private void LetGo()
    {
        while (true)
        {
            switch (Interlocked.CompareExchange(ref state, Over, Idle))
            {
                case Idle:
                    inner.Dispose();
                    return;
                case Reading when Interlocked.CompareExchange(ref state, LetGoWhileReading, Reading) != Reading:
                    // Whoever read has just ended.
                    continue;
                default:
                    return;
            }
        }
    }

    private int Count(int read)
    {
        left -= read;
        return left >= 0 ? read : throw BoundedContent.TooLong;
    }
}
