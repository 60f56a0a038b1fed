namespace KeyedWorkflows.Storage;

/// <summary>Callbacks in the history's database. Who takes one moves the time at which it is due, so that no other takes it before.</summary>
internal sealed class CallbackOutbox(HistoryWriter writer, TimeProvider time) : ICallbackOutbox
{
    /// <summary>What is due is asked twice: where two nodes choose the same, the second sees here that the first has moved it.</summary>
    private static readonly HistoryStatement TakeStatement = new(
        "UPDATE callbacks SET \"DueAt\" = $1, \"Attempts\" = \"Attempts\" + 1 WHERE \"State\" = 'waiting' AND \"DueAt\" <= $2 AND \"Id\" IN "
        + "(SELECT \"Id\" FROM callbacks WHERE \"State\" = 'waiting' AND \"DueAt\" <= $2 ORDER BY \"DueAt\" LIMIT $3) RETURNING \"Id\", \"RunId\", \"TokenId\", \"Url\", \"Body\", \"Attempts\"");

    /// <summary>It stays, without what it said, until its run goes: a second end of the run, of a node that was cut off, must not be told under another id.</summary>
    private static readonly HistoryStatement DeliveredStatement = new("UPDATE callbacks SET \"State\" = 'delivered', \"Body\" = $2 WHERE \"Id\" = $1");

    private static readonly HistoryStatement GivenUpStatement = new("UPDATE callbacks SET \"State\" = 'given_up' WHERE \"Id\" = $1");

    private static readonly HistoryStatement PostponeStatement = new("UPDATE callbacks SET \"DueAt\" = $1 WHERE \"Id\" = $2 AND \"State\" = 'waiting'");

    public async Task<IReadOnlyList<PendingCallback>> TakeDueAsync(int most, TimeSpan lease, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcTicks;
        return await writer.ExecuteAsync(
            session => session.Read(
                TakeStatement,
                static row => new PendingCallback(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetFieldValue<byte[]>(4), row.GetInt32(5) - 1),
                now + lease.Ticks,
                now,
                most),
            null,
            cancellationToken).ConfigureAwait(false);
    }

    public Task CompleteAsync(string id, bool delivered, CancellationToken cancellationToken) =>
        writer.ExecuteAsync(session => delivered ? session.Change(DeliveredStatement, id, Array.Empty<byte>()) : session.Change(GivenUpStatement, id), null, cancellationToken);

    public Task PostponeAsync(string id, DateTimeOffset due, CancellationToken cancellationToken) =>
        writer.ExecuteAsync(session => session.Change(PostponeStatement, due.UtcTicks, id), null, cancellationToken);
}
