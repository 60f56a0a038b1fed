using KeyedWorkflows.Storage;
using KeyedWorkflows.Storage.Tests;
using Microsoft.Data.Sqlite;

namespace KeyedWorkflows.Server.Tests.Outages;

/// <summary>A store whose disk has no room for the history of runs while <see cref="IsFull"/>: each commit fails as SQLite's does then.</summary>
internal sealed class FullDisk(IStorageDatabase inner) : CommitDatabase(inner)
{
    private const int SqliteFull = 13;

    private readonly TaskCompletionSource met = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public volatile bool IsFull;

    /// <summary>Ends when something could not be written.</summary>
    public Task Met => met.Task;

    protected override void Commit(IHistorySession session)
    {
        if (IsFull)
        {
            met.TrySetResult();
            throw new SqliteException("database or disk is full", SqliteFull);
        }
        session.Commit();
    }
}
