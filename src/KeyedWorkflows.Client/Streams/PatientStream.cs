namespace KeyedWorkflows.Client;

/// <summary>
/// Reads a stream, and takes a long silence for a broken connection: the server says every few seconds that it is there, and the other end of a connection can be gone without a word. Reading only.
/// </summary>
internal sealed class PatientStream(Stream inner, Action pulse, TimeProvider time) : Stream
{
    /// <summary>Six times what the server waits between two signs, where nobody set it otherwise.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var silence = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            // Waited for whatever happens: who lent the buffer lends it to others afterwards.
            var count = await inner.ReadAsync(buffer, both.Token).ConfigureAwait(false);
            if (count > 0)
                pulse();
            return count;
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException("The server has said nothing for a minute.");
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

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
}
