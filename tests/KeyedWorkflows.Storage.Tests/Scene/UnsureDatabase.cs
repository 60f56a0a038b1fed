using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>A database whose answers to a commit get lost: what was committed is there, and nobody was told.</summary>
internal sealed class UnsureDatabase(IStorageDatabase inner) : IStorageDatabase
{
    /// <summary>How many answers are lost from now on.</summary>
    public int Lost { get; set; }

    public IJournalFiles? Journals => inner.Journals;

    public TimeSpan NodePatience => inner.NodePatience;

    public IHistorySession OpenHistorySession() => new Session(this, inner.OpenHistorySession());

    public void Prepare() => inner.Prepare();

    public StorageContext Open() => inner.Open();

    public bool HasChanged(out StoreChange present) => inner.HasChanged(out present);

    public void Compact() => inner.Compact();

    public Task<bool> EraseAsync(CancellationToken cancellationToken) => inner.EraseAsync(cancellationToken);

    public IDbContextTransaction BeginWrite(StorageContext context) => inner.BeginWrite(context);

    public Task<IDbContextTransaction> BeginWriteAsync(StorageContext context, CancellationToken cancellationToken) => inner.BeginWriteAsync(context, cancellationToken);

    public HistoryContext OpenHistory() => inner.OpenHistory();

    public IQueryable<RunRow> FindRuns(HistoryContext context, string id, string pattern, string escapedPattern) => inner.FindRuns(context, id, pattern, escapedPattern);

    public bool IsRefusal(DbException error) => inner.IsRefusal(error);

    public INodeLock? TryLockNode(string name) => inner.TryLockNode(name);

    public DateTimeOffset? BegunAt() => inner.BegunAt();

    /// <summary>The database is the host's.</summary>
    public void Dispose()
    {
    }

    private sealed class Session(UnsureDatabase database, IHistorySession inner) : IHistorySession
    {
        public void Begin() => inner.Begin();

        public void Write(HistoryStatement statement, params ReadOnlySpan<object?> values) => inner.Write(statement, values);

        public int Change(HistoryStatement statement, params ReadOnlySpan<object?> values) => inner.Change(statement, values);

        public List<T> Read<T>(HistoryStatement statement, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values) => inner.Read(statement, read, values);

        public void Serialize(string what) => inner.Serialize(what);

        public void Commit()
        {
            inner.Commit();
            if (database.Lost-- > 0)
                throw new IOException("The connection was lost.");
        }

        public void Dispose() => inner.Dispose();
    }
}
