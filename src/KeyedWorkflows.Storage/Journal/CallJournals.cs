namespace KeyedWorkflows.Storage;

/// <summary>The journal of this process, which is begun with its first call. Where there can be none, calls are not noted. Safe for use from several threads.</summary>
internal sealed class CallJournals(string? prefix) : IDisposable
{
    private readonly Lock gate = new();
    private volatile CallJournal? journal;
    private bool isOver;

    /// <inheritdoc cref="CallJournal.Begin"/>
    public int Begin(JournalCall call) => (journal ?? Open())?.Begin(call) ?? CallJournal.NoTicket;

    /// <inheritdoc cref="CallJournal.End"/>
    public void End(int ticket, int number, in RunUsage usage, bool isEstimated, string? modelAnswered, string? errorCode, TimeSpan duration) =>
        journal?.End(ticket, number, usage, isEstimated, modelAnswered, errorCode, duration);

    /// <inheritdoc cref="CallJournal.Free"/>
    public void Free(int ticket) => journal?.Free(ticket);

    public void Dispose()
    {
        lock (gate)
        {
            isOver = true;
            journal?.Dispose();
        }
    }

    private CallJournal? Open()
    {
        lock (gate)
            return journal ??= prefix is null || isOver ? null : CallJournal.Create(prefix);
    }
}
