namespace KeyedWorkflows.Server;

/// <summary>
/// The frames of a run that goes on, from its first. Any number of readers follow it, each at its own pace: a slow one holds up neither the run nor the others, and costs no more than its place. Safe for use from several threads.
/// </summary>
internal sealed class FrameLog
{
    private readonly Lock gate = new();
    private readonly List<ReadOnlyMemory<byte>> frames = [];
    private TaskCompletionSource? more;
    private bool isClosed;

    public int Count
    {
        get
        {
            lock (gate)
                return frames.Count;
        }
    }

    public void Add(ReadOnlyMemory<byte> frame)
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            frames.Add(frame);
            waiting = more;
            more = null;
        }
        waiting?.TrySetResult();
    }

    /// <summary>No more will come.</summary>
    public void Close()
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            isClosed = true;
            waiting = more;
            more = null;
        }
        waiting?.TrySetResult();
    }

    /// <summary>The frames from a number on that are there.</summary>
    public ReadOnlyMemory<byte>[] From(int number)
    {
        lock (gate)
            return number < frames.Count ? [.. frames[number..]] : [];
    }

    public async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(int from, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (from < frames.Count)
                    return frames[from..];
                if (isClosed)
                    return [];
                more ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = more.Task;
            }
            await wait.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
