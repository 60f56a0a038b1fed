using System.Data.Common;
using KeyedWorkflows.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Storage;

namespace KeyedWorkflows.Server.Tests.Outages;

/// <summary>A store whose disk has no room for the history of runs while <see cref="IsFull"/>: each commit fails as SQLite's does then.</summary>
internal sealed class FullDisk(IStorageDatabase inner) : IStorageDatabase
{
    private const int SqliteFull = 13;

    public volatile bool IsFull;

    public TimeSpan NodePatience => inner.NodePatience;

    public IJournalFiles? Journals => inner.Journals;

    public void Prepare() => inner.Prepare();

    public StorageContext Open() => inner.Open();

    public bool HasChanged(out StoreChange present) => inner.HasChanged(out present);

    public void Compact() => inner.Compact();

    public Task<bool> EraseAsync(CancellationToken cancellationToken) => inner.EraseAsync(cancellationToken);

    public IDbContextTransaction BeginWrite(StorageContext context) => inner.BeginWrite(context);

    public Task<IDbContextTransaction> BeginWriteAsync(StorageContext context, CancellationToken cancellationToken) => inner.BeginWriteAsync(context, cancellationToken);

    public HistoryContext OpenHistory() => inner.OpenHistory();

    public IHistorySession OpenHistorySession() => new Session(inner.OpenHistorySession(), this);

    public IQueryable<RunRow> FindRuns(HistoryContext context, string id, string pattern, string escapedPattern) => inner.FindRuns(context, id, pattern, escapedPattern);

    public bool IsRefusal(DbException error) => inner.IsRefusal(error);

    public INodeLock? TryLockNode(string name) => inner.TryLockNode(name);

    public DateTimeOffset? BegunAt() => inner.BegunAt();

    public void Dispose()
    {
        // The scene's store disposes of the database that it opened.
    }

    private sealed class Session(IHistorySession inner, FullDisk disk) : IHistorySession
    {
        public void Begin() => inner.Begin();

        public void Write(HistoryStatement statement, params ReadOnlySpan<object?> values) => inner.Write(statement, values);

        public int Change(HistoryStatement statement, params ReadOnlySpan<object?> values) => inner.Change(statement, values);

        public List<T> Read<T>(HistoryStatement statement, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values) => inner.Read(statement, read, values);

        public void Serialize(string what) => inner.Serialize(what);

        public void Commit()
        {
            if (disk.IsFull)
                throw new SqliteException("database or disk is full", SqliteFull);
            inner.Commit();
        }

        public void Dispose() => inner.Dispose();
    }
}
