using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Storage;

/// <summary>
/// The one writer of history in this process. It takes whatever has gathered while it wrote last, merges what belongs to one run, and commits it at once; then it tells those who wait. What cannot be written now is kept and
/// tried again; what the database will never take is refused alone. It has a thread of its own: on the pool's, it would stand in line behind the requests that wait for it. Safe for use from several threads.
/// </summary>
internal sealed partial class HistoryWriter : IDisposable
{
    /// <summary>How many reports wait in memory, at most, before new runs are refused.</summary>
    public const int MostPending = 100_000;

    /// <summary>How long somebody waits for the disk.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const int MostAtOnce = 2_000;

    /// <summary>A batch of large files ends here, so that runs do not wait for all of them.</summary>
    private const long MostBytesAtOnce = 16 * 1024 * 1024;

    /// <summary>How long a start that nobody waits for is held: a run that ends within that time is written as one row, once.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly IStorageDatabase database;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Channel<HistoryWork> waiting = Channel.CreateUnbounded<HistoryWork>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });
    private readonly CancellationTokenSource ending = new();
    private readonly Thread thread;
    private readonly RunNumbers numbers = new();
    private readonly Dictionary<string, MergedRun> gathered = new(StringComparer.Ordinal);
    private readonly List<HistoryCommand> commands = [];
    private IHistorySession? session;
    private int pending;
    private volatile bool isFailing;

    public HistoryWriter(IStorageDatabase database, TimeProvider time, ILogger logger)
    {
        this.database = database;
        this.time = time;
        this.logger = logger;
        Accounts = new(time);
        thread = new(Loop) { IsBackground = true, Name = "KeyedWorkflows history" };
        thread.Start();
    }

    /// <summary>The accounts of budgets, which follow what is booked.</summary>
    public BudgetAccounts Accounts { get; }

    /// <summary>How many reports wait to be written.</summary>
    public int Pending => Volatile.Read(ref pending);

    /// <summary>Whether what is handed over now is written soon, as far as is known: the database took the last batch, and not too much waits.</summary>
    public bool Writes => !isFailing && Pending < MostPending;

    /// <summary>Hands something over to be written.</summary>
    /// <exception cref="WorkflowRunException">The host has stopped.</exception>
    public void Post(HistoryWork work)
    {
        Interlocked.Increment(ref pending);
        if (waiting.Writer.TryWrite(work))
            return;
        Interlocked.Decrement(ref pending);
        throw StoreFaults.NotWritten();
    }

    /// <summary>Waits for what was handed over.</summary>
    /// <exception cref="WorkflowRunException">It is not on the disk after five seconds.</exception>
    public async Task WaitAsync(Task written)
    {
        try
        {
            await written.WaitAsync(Patience, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw StoreFaults.NotWritten();
        }
    }

    /// <summary>Does something in the transaction of the next batch.</summary>
    /// <param name="run">What to do. It may be done several times, until the database takes it.</param>
    /// <param name="undo">What to do where it was done and its caller did not wait so long.</param>
    /// <param name="cancellationToken">Ends the waiting, and the work if it was not done yet.</param>
    /// <param name="bytes">How much it writes, where that is much.</param>
    /// <param name="keyId">The id of the idempotency key whose row it locks; null where it locks none.</param>
    /// <exception cref="WorkflowRunException">It is not on the disk after five seconds.</exception>
    public async Task<T> ExecuteAsync<T>(Func<IHistorySession, T> run, Action<IHistorySession, T>? undo, CancellationToken cancellationToken, long bytes = 0, string? keyId = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Pending >= MostPending)
            throw StoreFaults.NotWritten();
        var command = new HistoryCommand<T>(run, undo) { Bytes = bytes, KeyId = keyId };
        Post(command);
        try
        {
            return await command.Result.WaitAsync(Patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            // It may have ended at this very moment: then its result is as good as told.
            if (!command.TryGiveUp())
                return await command.Result.ConfigureAwait(false);
            if (error is OperationCanceledException)
                throw;
            throw StoreFaults.NotWritten();
        }
    }

    /// <summary>Returns when all that was handed over before is on the disk, however long that takes.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var marker = new HistoryCommand<bool>(static _ => true, null);
        Post(marker);
        await marker.Result.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        if (!waiting.Writer.TryComplete())
            return;
        ending.CancelAfter(Patience);
        thread.Join();
        session?.Dispose();
        ending.Dispose();
    }

    private void Loop()
    {
        var reader = waiting.Reader;
        Task<bool>? more = null;
        for (var isOpen = true; isOpen;)
        {
            more ??= reader.WaitToReadAsync().AsTask();
            if (IsCompleted(more, gathered.Count == 0 ? Timeout.InfiniteTimeSpan : Gathering))
            {
                isOpen = more.GetAwaiter().GetResult();
                more.Dispose();
                more = null;
            }
            var bytes = 0L;
            for (var count = 0; count < MostAtOnce && bytes < MostBytesAtOnce && reader.TryRead(out var work); count++)
            {
                bytes += work.Bytes;
                Gather(work);
            }
            if (Take(isOpen) is not { Count: > 0 } units)
                continue;
            try
            {
                Write(units);
            }
            catch (Exception error)
            {
                // What nobody thought of must end neither the writer nor, since the thread is its own, the process.
                Forget();
                LogRefused(error.GetType().Name);
                foreach (var unit in units)
                    unit.Fail(StoreFaults.NotWritten());
            }
            Interlocked.Add(ref pending, -units.Sum(static unit => unit.Count));
        }
    }

    /// <summary>Waits without spinning, as a task's own wait does at first: with each batch, that took a tenth of a core from those who make the reports.</summary>
    private static bool IsCompleted(Task<bool> task, TimeSpan time) => task.IsCompleted || ((IAsyncResult)task).AsyncWaitHandle.WaitOne(time);

    private void Gather(HistoryWork work)
    {
        if (work is not RunReport report)
        {
            commands.Add((HistoryCommand)work);
            return;
        }
        if (!gathered.TryGetValue(report.RunId, out var run))
            gathered.Add(report.RunId, run = new MergedRun());
        run.Add(report);
    }

    /// <summary>
    /// What is to be written now: all that has gathered, but for starts that may wait a little, unless a command asks for what is there. A batch takes what several nodes write in one order, or two that write the same would wait for each other:
    /// first runs, which are of one node, then idempotency keys by their ids, then what else was asked for, in the order in which it came, and last the accounts of budgets, in an order of their own (<see cref="BudgetAccounts.Write"/>).
    /// </summary>
    private List<HistoryUnit> Take(bool mayHold)
    {
        mayHold &= commands.Count == 0;
        List<HistoryUnit> units = [];
        foreach (var (id, run) in gathered)
        {
            if (mayHold && run.MayWait(Gathering))
                continue;
            units.Add(new HistoryUnit(run, null));
            gathered.Remove(id);
        }

        // After the runs: what is asked of one finds it. The sorting is stable: of one key, what came first is done first.
        foreach (var command in commands.OrderBy(static command => command.KeyId is null).ThenBy(static command => command.KeyId, StringComparer.Ordinal))
            units.Add(new HistoryUnit(null, command));
        commands.Clear();
        return units;
    }

    private void Write(List<HistoryUnit> units)
    {
        var isCommitting = false;
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                session ??= database.OpenHistorySession();
                numbers.Provide(session, units.Count(static unit => unit.Run?.Begins == true));
                session.Begin();
                Accounts.Begin();
                foreach (var unit in units)
                    unit.Write(session, numbers, Accounts);
                Accounts.Write(session);
                isCommitting = true;
                session.Commit();
                Accounts.Committed();
                break;
            }
            catch (Exception error)
            {
                if (isCommitting)
                    Accounts.Doubt();
                isCommitting = false;
                Forget();
                if (IsRefused(error))
                {
                    WriteEach(units, error);
                    return;
                }
                if (!isFailing)
                    LogFailing(error.GetType().Name, units.Count);
                isFailing = true;
            }
            if (ending.Token.WaitHandle.WaitOne(pause))
            {
                LogLost(units.Count);
                foreach (var unit in units)
                    unit.Fail(StoreFaults.NotWritten());
                return;
            }
        }
        if (isFailing)
            LogWritten();
        isFailing = false;
        foreach (var unit in units)
        {
            if (unit.Run is { IsLast: true } ended)
                numbers.Forget(ended.Reports[0].RunId);
            foreach (var undo in unit.Complete())
            {
                if (waiting.Writer.TryWrite(undo))
                    Interlocked.Increment(ref pending);
            }
        }
    }

    /// <summary>One of them is refused: all others are not lost for it.</summary>
    private void WriteEach(List<HistoryUnit> units, Exception error)
    {
        if (units.Count > 1)
        {
            foreach (var unit in units)
                Write([unit]);
            return;
        }
        LogRefused(error.GetType().Name);
        units[0].Fail(StoreFaults.NotWritten());
        if (units[0].Run is { } run)
            numbers.Forget(run.Reports[0].RunId);
    }

    /// <summary>Whether it will never be taken, as opposed to: not now.</summary>
    private bool IsRefused(Exception error) => error switch
    {
        DbException database => this.database.IsRefusal(database),
        ArgumentException or FormatException or InvalidCastException or OverflowException or NullReferenceException => true,
        _ => false,
    };

    private void Forget()
    {
        try
        {
            session?.Dispose();
        }
        catch (Exception error) when (error is DbException or InvalidOperationException or IOException)
        {
            // What it was for has failed already.
        }
        session = null;
    }

    [LoggerMessage(EventId = 20, Level = LogLevel.Error, Message = "The history of runs cannot be written ({Error}): {Count} records wait in memory, and are tried again until it can. New runs are refused meanwhile.")]
    private partial void LogFailing(string error, int count);

    [LoggerMessage(EventId = 21, Level = LogLevel.Information, Message = "The history of runs is written again.")]
    private partial void LogWritten();

    [LoggerMessage(EventId = 22, Level = LogLevel.Error, Message = "The database refuses a record of the history ({Error}), and would refuse it again: it is left out.")]
    private partial void LogRefused(string error);

    [LoggerMessage(EventId = 23, Level = LogLevel.Critical, Message = "The host ends, and {Count} records of the history of runs could not be written.")]
    private partial void LogLost(int count);
}
