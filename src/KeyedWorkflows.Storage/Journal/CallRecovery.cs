using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Storage;

/// <summary>
/// Books what processes that are gone had not: calls that had ended, as they ended, and calls of whose end nobody knows, by what they held back or, without limits, by what was sent: flagged as estimated, with the error <c>host_stopped</c>.
/// </summary>
internal sealed partial class CallRecovery(IJournalFiles? files, HistoryWriter writer, PriceTable prices, TimeProvider time, ILogger<CallRecovery> logger) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>By what an index has: its run may have been removed since, and with it the number that it had.</summary>
    private static readonly HistoryStatement KnownStatement = new("SELECT 1 FROM run_calls WHERE \"TokenId\" = $1 AND \"FinishedAt\" = $2 AND \"RunId\" = $3 AND \"Number\" = $4");

    private static readonly HistoryStatement DoneStatement = new("INSERT INTO booked_journals (\"Name\", \"SeenAt\") VALUES ($1, $2) ON CONFLICT DO NOTHING");

    private static readonly HistoryStatement SeenStatement = new("UPDATE booked_journals SET \"SeenAt\" = $2 WHERE \"Name\" = $1");

    private static readonly HistoryStatement NextStatement = new("SELECT COALESCE(MAX(\"Number\"), -1) + 1 FROM run_calls WHERE \"Run\" = $1");

    private readonly SemaphoreSlim looking = new(1);

    /// <summary>The files of which the log says already that they could not be booked: they are tried again with each look.</summary>
    private readonly HashSet<string> told = new(StringComparer.Ordinal);
    private ITimer? timer;

    /// <summary>Books what is left now, and looks from here on.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (files is null)
            return;
        await RecoverAsync(cancellationToken).ConfigureAwait(false);
        timer = time.CreateTimer(static recovery => _ = ((CallRecovery)recovery!).RecoverAndTellAsync(), this, Interval, Interval);
    }

    /// <summary>Books what is left now. A file that fails holds up neither the others nor the start of a host.</summary>
    /// <returns>Whether nothing is left that could be booked later.</returns>
    public async Task<bool> RecoverAsync(CancellationToken cancellationToken)
    {
        if (files is null)
            return true;
        var isAll = true;
        await looking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var file in files.FindLeft())
            {
                using (file)
                {
                    try
                    {
                        await RecoverAsync(file, cancellationToken).ConfigureAwait(false);
                        told.Remove(file.Name);
                    }
                    catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
                    {
                        isAll = false;
                        if (told.Add(file.Name))
                            LogNotRecovered(Shown(file), error.GetType().Name);

                        // The database does not write: each of the others would wait for it as long.
                        if (!writer.Writes)
                            break;
                    }
                }
            }
        }
        finally
        {
            looking.Release();
        }
        return isAll;
    }

    public void Dispose() => timer?.Dispose();

    private async Task RecoverAsync(IJournalFile file, CancellationToken cancellationToken)
    {
        var left = new CallJournal(file);
        List<JournalCall> calls;
        int damaged;
        try
        {
            calls = left.ReadLeft(out damaged);
        }
        catch (Exception error) when (error is IOException or NotSupportedException or UnauthorizedAccessException)
        {
            file.SetAside();
            LogUnreadable(Shown(file), error.GetType().Name);
            return;
        }
        var booked = calls.Count == 0 ? 0 : await writer.ExecuteAsync(session => Book(session, left.Name, calls), null, cancellationToken).ConfigureAwait(false);
        if (booked > 0)
            LogBooked(booked, calls.Count(static call => call.Number is null));
        if (damaged == 0)
        {
            left.Remove();
            return;
        }
        left.SetAside();
        LogDamaged(Shown(file), damaged);
    }

    /// <summary>Anybody may have given it its name who can write to the directory.</summary>
    private static string Shown(IJournalFile file) => AuditText.Of(file.Name, "");

    private int Book(IHistorySession session, string journal, List<JournalCall> calls)
    {
        // Who is killed between this transaction and the removal of the file leaves it for another to find.
        var now = time.GetUtcNow().UtcTicks;
        if (session.Change(DoneStatement, journal, now) == 0)
        {
            session.Write(SeenStatement, journal, now);
            return 0;
        }
        var booked = 0;
        Dictionary<string, long?> runs = new(StringComparer.Ordinal);

        // Those that ended come first, under the numbers that they have: the others take what is free.
        foreach (var call in calls.OrderBy(static call => call.Number ?? int.MaxValue))
        {
            if (call.Number is { } known && session.Read(KnownStatement, static _ => true, call.TokenId, (call.StartedAt + call.Duration).UtcTicks, call.RunId, known).Count > 0)
                continue;
            if (!runs.TryGetValue(call.RunId, out var recorded))
                runs.Add(call.RunId, recorded = call.TokenId == HostCalls.Caller ? null : HistoryStatements.FindNumber(session, call.RunId));

            // A run whose beginning was not written, because it was so short, or that was removed since, has no record. Its calls are booked all the same, as whoever reports them late books them.
            var run = recorded ?? HostCalls.NumberOf(call.RunId);
            var number = call.Number ?? session.Read(NextStatement, static row => Convert.ToInt32(row.GetValue(0), null), run)[0];
            var record = call.ToRecord(number);
            record = record with { Price = prices.Of(record), EndUser = recorded is null && call.TokenId != HostCalls.Caller ? null : record.EndUser };
            HistoryStatements.InsertCall(session, run, call.RunId, record);
            writer.Accounts.BookLate(record);
            booked++;
        }
        return booked;
    }

    private async Task RecoverAndTellAsync()
    {
        try
        {
            await RecoverAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Nobody awaits this; the next look comes.
            LogNotBooked(error.GetType().Name);
        }
    }

    [LoggerMessage(EventId = 35, Level = LogLevel.Warning, Message = "{Count} model calls of a process that was killed were not booked, and are now; of {Unknown} nobody knows how they ended: they are booked by estimate.")]
    private partial void LogBooked(int count, int unknown);

    [LoggerMessage(EventId = 39, Level = LogLevel.Error, Message = "The journal of calls '{File}' cannot be read ({Error}), and was set aside as '.damaged'. What calls it noted is not booked. Find out what it is, and who can write to its directory; then delete it.")]
    private partial void LogUnreadable(string file, string error);

    [LoggerMessage(
        EventId = 42,
        Level = LogLevel.Error,
        Message = "{Damaged} places of the journal of calls '{File}' are damaged: the calls that they noted are not booked. The others are, and the file was set aside as '.damaged'. After a loss of power that is to be expected; otherwise find out who can write to its directory. Then delete it.")]
    private partial void LogDamaged(string file, int damaged);

    [LoggerMessage(EventId = 41, Level = LogLevel.Error, Message = "What the journal of calls '{File}' notes could not be booked ({Error}). It stays, and is tried again every ten seconds; all others are booked.")]
    private partial void LogNotRecovered(string file, string error);

    [LoggerMessage(EventId = 36, Level = LogLevel.Warning, Message = "Whether killed processes left model calls unbooked could not be found out ({Error}).")]
    private partial void LogNotBooked(string error);
}
