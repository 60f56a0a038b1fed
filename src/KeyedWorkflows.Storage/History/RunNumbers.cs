namespace KeyedWorkflows.Storage;

/// <summary>
/// The numbers of the runs that this process reports. They are taken many at once, in a transaction that is committed before the first is used: a number that was given is never given again, whatever becomes of the batch that it
/// was given in. For the writer's one thread.
/// </summary>
internal sealed class RunNumbers
{
    private const int AtOnce = 10_000;

    private readonly Dictionary<string, long> known = new(StringComparer.Ordinal);
    private long next;
    private long end;

    /// <summary>Takes numbers where fewer are left than a batch needs.</summary>
    public void Provide(IHistorySession session, int needed)
    {
        if (end - next >= needed)
            return;
        var count = Math.Max(AtOnce, needed);
        session.Begin();
        var after = HistoryStatements.TakeNumbers(session, count);
        session.Commit();
        (next, end) = (after - count, after);
    }

    /// <summary>The number of a run that begins. Asked again, the same.</summary>
    public long Give(string runId)
    {
        if (!known.TryGetValue(runId, out var number))
            known.Add(runId, number = next++);
        return number;
    }

    /// <summary>The number of a run that goes on; of one that began elsewhere, or has ended, as the database knows it.</summary>
    public long? Find(IHistorySession session, string runId) => known.TryGetValue(runId, out var number) ? number : HistoryStatements.FindNumber(session, runId);

    /// <summary>Says that nothing more is expected of a run.</summary>
    public void Forget(string runId) => known.Remove(runId);
}
