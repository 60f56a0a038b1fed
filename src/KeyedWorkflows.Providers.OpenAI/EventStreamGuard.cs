namespace KeyedWorkflows.Providers.OpenAI;

/// <summary>Reads a stream of events, and fails at a line that is longer than <see cref="AnswerLimits.MostLineBytes"/>: each is one piece of JSON, which is read as a whole.</summary>
internal sealed class EventStreamGuard(Stream inner) : Stream
{
    private int lineBytes;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override bool CanTimeout => inner.CanTimeout;

    public override int ReadTimeout
    {
        get => inner.ReadTimeout;
        set => inner.ReadTimeout = value;
    }

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        Measure(buffer[..read]);
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Measure(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private void Measure(ReadOnlySpan<byte> read)
    {
        // Lines that begin and end in one reading are no longer than the reader's buffer: only the first, which began before, and the last, which goes on, count.
        var first = read.IndexOf((byte)'\n');
        if (first < 0)
        {
            lineBytes += read.Length;
        }
        else
        {
            lineBytes += first;
            Check();
            lineBytes = read.Length - 1 - read.LastIndexOf((byte)'\n');
        }
        Check();
    }

    private void Check()
    {
        if (lineBytes > AnswerLimits.MostLineBytes)
            throw AnswerLimits.TooLarge();
    }
}
