using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace KeyedWorkflows.Storage;

/// <summary>
/// Brings what was committed from SQLite's log into the database, beside the writer. SQLite would do it within a commit, which then takes as long as the disk: tens of milliseconds, in which all who wait for theirs wait, too.
/// Called by the writer's one thread.
/// </summary>
/// <param name="connection">A connection of its own. It is disposed of with this.</param>
internal sealed class SqliteCheckpoints(SqliteConnection connection) : IDisposable
{
    /// <summary>64 MB with pages of 16 KB. A log that is longer than that is begun anew, which only the writer can see to.</summary>
    private const int LongLog = 4_000;

    /// <summary>A log that is shorter than what so many rows make may wait: a quiet host does not ask the disk for each of its runs.</summary>
    private const int RowsWorthIt = 1_000;

    private const string Checkpoint = "PRAGMA wal_checkpoint(PASSIVE);";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private long last = Stopwatch.GetTimestamp();
    private long rows;
    private Task<int> going = Task.FromResult(0);

    /// <summary>Called after each commit.</summary>
    /// <param name="writer">The connection that committed.</param>
    /// <param name="written">How many rows it wrote.</param>
    public void Committed(SqliteConnection writer, int written)
    {
        rows += written;
        if (!going.IsCompleted)
            return;
        var length = going.Result;
        going = Task.FromResult(0);
        if (length > LongLog)
        {
            // All but the last moment's is in the database already. Once the rest is, the next commit begins at the log's start again.
            Run(writer);
            return;
        }
        if (rows < RowsWorthIt || Stopwatch.GetElapsedTime(last) < Interval)
            return;
        rows = 0;
        last = Stopwatch.GetTimestamp();
        going = Task.Run(() => Run(connection));
    }

    public void Dispose()
    {
        going.GetAwaiter().GetResult();
        connection.Dispose();
    }

    /// <returns>How many pages the log held.</returns>
    private static int Run(SqliteConnection connection)
    {
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = Checkpoint;
            using var reader = command.ExecuteReader();
            return reader.Read() ? reader.GetInt32(1) : 0;
        }
        catch (SqliteException)
        {
            // What was committed is committed, and stays in the log until the next time. A disk that takes nothing more is told of by the next commit.
            return 0;
        }
    }
}
