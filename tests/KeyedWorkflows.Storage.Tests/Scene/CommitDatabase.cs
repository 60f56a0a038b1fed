using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>A database that is another, but for what becomes of a commit of history.</summary>
internal abstract class CommitDatabase(IStorageDatabase inner) : IStorageDatabase
{
    public string Place => inner.Place;

    public IJournalFiles? Journals => inner.Journals;

    public TimeSpan NodePatience => inner.NodePatience;

    public IHistorySession OpenHistorySession() => new Session(this, inner.OpenHistorySession());

    public void Prepare() => inner.Prepare();

    public StorageContext Open() => inner.Open();

    public virtual bool HasChanged(out StoreChange present) => inner.HasChanged(out present);

    public void Compact() => inner.Compact();

    public Task<bool> EraseAsync(CancellationToken cancellationToken) => inner.EraseAsync(cancellationToken);

    public IDbContextTransaction BeginWrite(StorageContext context) => inner.BeginWrite(context);

    public Task<IDbContextTransaction> BeginWriteAsync(StorageContext context, CancellationToken cancellationToken) => inner.BeginWriteAsync(context, cancellationToken);

    public HistoryContext OpenHistory() => inner.OpenHistory();

    public IQueryable<RunRow> FindRuns(HistoryContext context, string id, string pattern, string escapedPattern) => inner.FindRuns(context, id, pattern, escapedPattern);

    public bool IsRefusal(DbException error) => inner.IsRefusal(error);

    public INodeLock? TryLockNode(string name) => inner.TryLockNode(name);

    public DateTimeOffset? BegunAt() => inner.BegunAt();

    /// <summary>The other database is its host's.</summary>
    public virtual void Dispose()
    {
    }

    protected abstract void Commit(IHistorySession session);

    /// <summary>Something is about to be written.</summary>
    protected virtual void OnWrite(HistoryStatement statement, ReadOnlySpan<object?> values)
    {
    }

    private sealed class Session(CommitDatabase database, IHistorySession inner) : IHistorySession
    {
        public void Begin() => inner.Begin();

        public void Write(HistoryStatement statement, params ReadOnlySpan<object?> values)
        {
            database.OnWrite(statement, values);
            inner.Write(statement, values);
        }

        public int Change(HistoryStatement statement, params ReadOnlySpan<object?> values)
        {
            database.OnWrite(statement, values);
            return inner.Change(statement, values);
        }

        public List<T> Read<T>(HistoryStatement statement, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
        {
            // It may write, and say what.
            database.OnWrite(statement, values);
            return inner.Read(statement, read, values);
        }

        public void Serialize(string what) => inner.Serialize(what);

        public void Commit() => database.Commit(inner);

        public void Dispose() => inner.Dispose();
    }
}
