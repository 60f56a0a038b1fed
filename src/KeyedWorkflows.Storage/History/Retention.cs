using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Storage;

/// <summary>Removes what has been kept for long enough: ended runs with all that belongs to them, files that callers sent, idempotency keys, accounts and notices of budgets whose time is over. In small batches, so that no run waits for it. Runs that go on are left alone.</summary>
internal sealed partial class Retention(StorageOptions options, HistoryWriter writer, TimeProvider time, ILogger logger) : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private const int AtOnce = 100;

    /// <summary>A run is kept until its end was told to its callback, or that was given up, and until the key expires under which it may be asked for again: who repeats a request must not pay again.</summary>
    private const string IsDone = "NOT EXISTS (SELECT 1 FROM idempotency_keys WHERE idempotency_keys.\"RunId\" = runs.\"Id\" AND idempotency_keys.\"ExpiresAt\" > $2) AND NOT EXISTS (SELECT 1 FROM callbacks WHERE callbacks.\"RunId\" = runs.\"Id\" AND callbacks.\"State\" = 'waiting')";

    private static readonly HistoryStatement OldStatement = new($"SELECT \"Id\" FROM runs WHERE \"FinishedAt\" < $1 AND {IsDone} ORDER BY \"FinishedAt\" LIMIT $3");

    private static readonly HistoryStatement CountStatement = new("SELECT COUNT(\"FinishedAt\") FROM runs");

    private static readonly HistoryStatement FirstStatement = new($"SELECT \"Id\" FROM runs WHERE \"FinishedAt\" IS NOT NULL AND {IsDone} ORDER BY \"FinishedAt\" LIMIT $1");

    private static readonly HistoryStatement OldUploadsStatement = new("SELECT \"Id\" FROM uploads WHERE \"CreatedAt\" < $1 ORDER BY \"CreatedAt\" LIMIT $2");

    /// <summary>The longest period of a budget, and a little.</summary>
    private static readonly TimeSpan BudgetRetention = TimeSpan.FromDays(35);

    /// <summary>A file that was booked and could not be removed may come to light when its machine does.</summary>
    private static readonly TimeSpan JournalRetention = TimeSpan.FromDays(400);

    private static readonly HistoryStatement OldAccountsStatement = new(
        "DELETE FROM budget_accounts WHERE (\"Kind\", \"Subject\", \"Period\", \"Start\", \"Currency\") IN (SELECT \"Kind\", \"Subject\", \"Period\", \"Start\", \"Currency\" FROM budget_accounts WHERE \"Start\" < $1 LIMIT $2)");

    /// <summary>Those of runs go with their runs.</summary>
    private static readonly HistoryStatement OldNoticesStatement = new(
        "DELETE FROM callbacks WHERE \"Id\" IN (SELECT \"Id\" FROM callbacks WHERE \"State\" IN ('delivered', 'given_up') AND \"DueAt\" < $1 AND \"TokenId\" = $2 LIMIT $3)");

    private static readonly HistoryStatement OldJournalsStatement = new("DELETE FROM booked_journals WHERE \"SeenAt\" < $1");

    private static readonly HistoryStatement ExpiredStatement = new("SELECT \"Id\" FROM idempotency_keys WHERE \"ExpiresAt\" <= $1 LIMIT $2");

    /// <summary>It may have been claimed anew since.</summary>
    private static readonly HistoryStatement RemoveExpiredStatement = new("DELETE FROM idempotency_keys WHERE \"Id\" = $1 AND \"ExpiresAt\" <= $2");

    private readonly SemaphoreSlim sweeping = new(1);
    private ITimer? timer;

    /// <summary>Sweeps every few minutes from here on.</summary>
    public void Start() => timer ??= time.CreateTimer(static retention => _ = ((Retention)retention!).SweepAndTellAsync(), this, Interval, Interval);

    /// <summary>Removes all that has been kept for long enough.</summary>
    /// <returns>How many runs were removed.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await sweeping.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = time.GetUtcNow();
            var removed = 0;

            // Before the runs: where they go, their keys are gone.
            await RemoveExpiredKeysAsync(now, cancellationToken).ConfigureAwait(false);
            if (options.RunRetention is { } kept)
                removed += await RepeatAsync(session => Runs(session, session.Read(OldStatement, static row => row.GetString(0), (now - kept).UtcTicks, now.UtcTicks, AtOnce)), cancellationToken).ConfigureAwait(false);
            if (options.MaxRuns is { } most)
                removed += await RepeatAsync(session => Runs(session, Surplus(session, most, now)), cancellationToken).ConfigureAwait(false);
            await RepeatAsync(
                session =>
                {
                    var ids = session.Read(OldUploadsStatement, static row => row.GetString(0), (now - options.UploadRetention).UtcTicks, AtOnce);
                    foreach (var id in ids)
                        Uploads.Remove(session, id);
                    return ids.Count;
                },
                cancellationToken).ConfigureAwait(false);
            await writer.ExecuteAsync(
                session =>
                {
                    session.Write(OldJournalsStatement, (now - JournalRetention).UtcTicks);
                    return true;
                },
                null,
                cancellationToken).ConfigureAwait(false);
            var over = (now - BudgetRetention).UtcTicks;
            await RepeatAsync(session => session.Change(OldAccountsStatement, over, AtOnce), cancellationToken).ConfigureAwait(false);
            await RepeatAsync(session => session.Change(OldNoticesStatement, over, PendingCallback.OfHost, AtOnce), cancellationToken).ConfigureAwait(false);
            return removed;
        }
        finally
        {
            sweeping.Release();
        }
    }

    public void Dispose() => timer?.Dispose();

    private static List<string> Surplus(IHistorySession session, int most, DateTimeOffset now)
    {
        var surplus = session.Read(CountStatement, static row => row.GetInt64(0))[0] - most;
        return surplus <= 0 ? [] : session.Read(FirstStatement, static row => row.GetString(0), (int)Math.Min(surplus, AtOnce), now.UtcTicks);
    }

    private static int Runs(IHistorySession session, List<string> ids)
    {
        foreach (var id in ids)
            HistoryStatements.RemoveRun(session, id);
        return ids.Count;
    }

    /// <summary>Each by itself, in the order that the writer has for keys: all at once they would be locked in whatever order the database finds them, and claims of another node would wait for them in a circle.</summary>
    private async Task RemoveExpiredKeysAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (var found = AtOnce; found >= AtOnce;)
        {
            var ids = await writer.ExecuteAsync(session => session.Read(ExpiredStatement, static row => row.GetString(0), now.UtcTicks, AtOnce), null, cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(ids.Select(id => writer.ExecuteAsync(session => session.Change(RemoveExpiredStatement, id, now.UtcTicks), null, cancellationToken, keyId: id))).ConfigureAwait(false);
            found = ids.Count;
        }
    }

    /// <summary>Batch after batch, others between them.</summary>
    private async Task<int> RepeatAsync(Func<IHistorySession, int> remove, CancellationToken cancellationToken)
    {
        var removed = 0;
        for (var last = AtOnce; last >= AtOnce;)
        {
            last = await writer.ExecuteAsync(remove, null, cancellationToken).ConfigureAwait(false);
            removed += last;
        }
        return removed;
    }

    private async Task SweepAndTellAsync()
    {
        try
        {
            await SweepAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Nobody awaits this; the next sweep comes.
            LogNotSwept(error.GetType().Name);
        }
    }

    [LoggerMessage(EventId = 40, Level = LogLevel.Warning, Message = "What has been kept for long enough could not be removed ({Error}). It is tried again in a few minutes.")]
    private partial void LogNotSwept(string error);
}
