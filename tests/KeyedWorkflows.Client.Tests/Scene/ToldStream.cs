namespace KeyedWorkflows.Client.Tests.Scene;

/// <summary>A connection that says what a test says, read by read, and breaks after that. A read may do something first.</summary>
internal sealed class ToldStream(params Func<CancellationToken, ValueTask<string>>[] told) : Stream
{
    private int next;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public static ToldStream Of(string text) => new(_ => ValueTask.FromResult(text));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (next == told.Length)
            throw new IOException("The connection broke.");
        var text = await told[next++](cancellationToken);
        return System.Text.Encoding.UTF8.GetBytes(text, buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
