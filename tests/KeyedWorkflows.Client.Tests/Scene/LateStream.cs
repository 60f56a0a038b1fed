namespace KeyedWorkflows.Client.Tests.Scene;

/// <summary>A connection that says nothing, and whose reading takes its time to end when it is told to.</summary>
internal sealed class LateStream : Stream
{
    private TaskCompletionSource<int> arrival = new();

    /// <summary>Whether a buffer may still be written to.</summary>
    public bool IsReading { get; private set; }

    public bool IsAskedToEnd { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>A byte comes; or none, and the connection ends.</summary>
    public void Arrive(int count = 1) => arrival.SetResult(count);

    /// <summary>Ends the reading that was told to.</summary>
    public void End() => arrival.SetCanceled();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
        IsReading = true;
        try
        {
            await using (cancellationToken.UnsafeRegister(static line => ((LateStream)line!).IsAskedToEnd = true, this))
                return await arrival.Task;
        }
        finally
        {
            IsReading = false;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
