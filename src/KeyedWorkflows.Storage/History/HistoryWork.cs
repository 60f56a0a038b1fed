namespace KeyedWorkflows.Storage;

/// <summary>Something that the writer of history is to write. It ends once: it is written, given up by who waits for it, or refused by the database.</summary>
internal abstract class HistoryWork
{
    private const int Open = 0;
    private const int Ended = 1;
    private const int GivenUp = 2;

    private int state;

    /// <summary>How much it writes, where that is much.</summary>
    public long Bytes { get; init; }

    /// <summary>Whether nobody wants it written any more.</summary>
    public bool IsGivenUp => Volatile.Read(ref state) == GivenUp;

    /// <summary>Says that nobody wants it written any more. If it is written at this moment, it is undone.</summary>
    public bool TryGiveUp() => Interlocked.CompareExchange(ref state, GivenUp, Open) == Open;

    /// <summary>Says that it is on the disk.</summary>
    /// <returns>What undoes it, where it was given up meanwhile.</returns>
    public HistoryWork? Complete()
    {
        if (Interlocked.CompareExchange(ref state, Ended, Open) == GivenUp)
            return Undo();
        OnWritten();
        return null;
    }

    /// <summary>Says that it will not be written.</summary>
    public void Fail(WorkflowRunException error)
    {
        Interlocked.CompareExchange(ref state, Ended, Open);
        OnFailed(error);
    }

    /// <summary>What undoes it, after it was written for nobody.</summary>
    protected virtual HistoryWork? Undo() => null;

    protected abstract void OnWritten();

    protected abstract void OnFailed(WorkflowRunException error);
}
