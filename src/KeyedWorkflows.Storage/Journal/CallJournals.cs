using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Storage;

/// <summary>
/// The journal of this process, which is begun with its first call. It never stands in a call's way: where it cannot be written, calls are made, and booked when they have ended; only what is under way in a process that is killed
/// meanwhile is lost. Safe for use from several threads.
/// </summary>
internal sealed partial class CallJournals(IJournalFiles? files, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>How long after a failure nothing is noted: each attempt would cost a call time, and the log a line.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private volatile CallJournal? journal;
    private long failedAt;
    private volatile bool isFailing;
    private bool isOver;

    /// <summary>Notes a request that is about to leave.</summary>
    /// <returns>Its ticket; <see cref="CallJournal.NoTicket"/> where it is not noted.</returns>
    public int Begin(JournalCall call)
    {
        if (files is null || (isFailing && time.GetElapsedTime(Volatile.Read(ref failedAt)) < Pause))
            return CallJournal.NoTicket;
        try
        {
            var ticket = (journal ?? Open())?.Begin(call) ?? CallJournal.NoTicket;
            if (isFailing && ticket != CallJournal.NoTicket)
            {
                isFailing = false;
                LogNoted();
            }
            return ticket;
        }
        catch (Exception error) when (IsOfFile(error))
        {
            Failed(error);
            return CallJournal.NoTicket;
        }
    }

    /// <summary>Notes how a request ended.</summary>
    public void End(RunModelCall call) => Try(
        call,
        static (journal, call) => journal.End(
            call.Ticket, call.Number, new(1, call.InputTokens, call.OutputTokens, call.CachedInputTokens, call.ReasoningTokens), call.IsEstimated, call.ModelAnswered, call.ErrorCode, call.Duration));

    /// <summary>A request is in the ledger.</summary>
    public void Free(int ticket) => Try(ticket, static (journal, ticket) => journal.Free(ticket));

    public void Dispose()
    {
        lock (gate)
        {
            isOver = true;
            Try(0, static (journal, _) => journal.Dispose());
        }
    }

    private void Try<T>(T given, Action<CallJournal, T> what)
    {
        if (journal is not { } present)
            return;
        try
        {
            what(present, given);
        }
        catch (Exception error) when (IsOfFile(error))
        {
            Failed(error);
        }
    }

    private CallJournal? Open()
    {
        lock (gate)
            return journal ??= isOver ? null : new CallJournal(files!.Create());
    }

    private void Failed(Exception error)
    {
        Volatile.Write(ref failedAt, time.GetTimestamp());

        // At its end the host asks no more.
        if (isFailing || error is ObjectDisposedException)
            return;
        isFailing = true;
        LogNotNoted(error.GetType().Name);
    }

    private static bool IsOfFile(Exception error) => error is IOException or UnauthorizedAccessException or ObjectDisposedException or NotSupportedException;

    [LoggerMessage(EventId = 37, Level = LogLevel.Error, Message = "Model calls cannot be noted before they leave ({Error}): is the disk full? They are made, and booked when they have ended; those under way are not booked should this process be killed now.")]
    private partial void LogNotNoted(string error);

    [LoggerMessage(EventId = 38, Level = LogLevel.Information, Message = "Model calls are noted again before they leave.")]
    private partial void LogNoted();
}
