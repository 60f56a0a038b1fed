using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace KeyedWorkflows.Storage;

/// <summary>
/// The store in two files of SQLite, which several processes of one machine may share: profiles and tokens in one, the history of runs in the other. So a run that is written does not count as a change of profiles, and neither
/// waits for the other's disk.
/// </summary>
internal sealed class SqliteStorageDatabase : IStorageDatabase
{
    /// <summary>How long a write waits for that of another process, in seconds.</summary>
    private const int WaitSeconds = 5;

    /// <summary>In a file that is made new. A run takes four of SQLite's usual pages: larger ones are written with fewer calls.</summary>
    private const int HistoryPageSize = 16_384;

    /// <summary>How long the writer of history waits for another process, in seconds, before it tells those who wait and tries again.</summary>
    private const int HistoryWaitSeconds = 2;

    private const int EraseTries = 50;

    private static readonly string[] Companions = ["-wal", "-shm", "-journal"];

    private readonly string path;
    private readonly string history;
    private readonly bool outlivesPower;
    private readonly string pooled;
    private readonly string unpooled;
    private readonly PooledDbContextFactory<StorageContext> contexts;
    private readonly PooledDbContextFactory<HistoryContext> histories;
    private SqliteConnection? watch;
    private long? version;

    public SqliteStorageDatabase(string path, bool historyOutlivesPower = false)
    {
        this.path = path;
        history = HistoryOf(path);
        Journals = new JournalFiles(history);
        outlivesPower = historyOutlivesPower;
        pooled = ConnectionString(path, pooling: true, WaitSeconds);
        unpooled = ConnectionString(path, pooling: false, WaitSeconds);
        contexts = new(new DbContextOptionsBuilder<StorageContext>().UseSqlite(pooled).AddInterceptors(SqliteConnectionSettings.Instance).Options);
        histories = new(new DbContextOptionsBuilder<HistoryContext>().UseSqlite(ConnectionString(history, pooling: true, WaitSeconds)).AddInterceptors(SqliteConnectionSettings.Instance).Options);
    }

    public IJournalFiles? Journals { get; }

    public string Place => "sqlite " + path;

    /// <summary>A lock file says at once whether its process lives.</summary>
    public TimeSpan NodePatience => TimeSpan.Zero;

    /// <summary>Where the history lies of a store whose profiles lie in a file.</summary>
    public static string HistoryOf(string path) => Path.Combine(Path.GetDirectoryName(path)!, Path.GetFileNameWithoutExtension(path) + "-runs" + Path.GetExtension(path));

    public void Prepare()
    {
        // SQLite gives -wal and -shm the mode of the database, which it would make readable for all.
        PrivateFiles.CreateDirectory(Path.GetDirectoryName(path)!);
        foreach (var file in (string[])[path, history])
        {
            PrivateFiles.Create(file);
            foreach (var companion in Companions)
                PrivateFiles.Close(file + companion);
        }
        using (var context = Open())
            Prepare(context);
        using (var context = OpenHistory())
        {
            context.Database.OpenConnection();
            Execute((SqliteConnection)context.Database.GetDbConnection(), $"PRAGMA page_size = {HistoryPageSize};");
            Prepare(context);
        }
    }

    public StorageContext Open() => contexts.CreateDbContext();

    public HistoryContext OpenHistory() => histories.CreateDbContext();

    /// <summary>
    /// What is committed is with the system, and outlives the process however it ends. To wait for the disk as well with each batch would take longer than all else that a run does: that is for those who ask for it.
    /// </summary>
    public IHistorySession OpenHistorySession()
    {
        var connection = OpenUnpooled(ConnectionString(history, pooling: false, HistoryWaitSeconds));
        Execute(connection, $"PRAGMA synchronous = {(outlivesPower ? "FULL" : "NORMAL")}; PRAGMA wal_autocheckpoint = 0;");
        return new SqliteHistorySession(connection, new SqliteCheckpoints(OpenUnpooled(ConnectionString(history, pooling: false, HistoryWaitSeconds))), history);
    }

    public IQueryable<RunRow> FindRuns(HistoryContext context, string id, string pattern, string escapedPattern) => context.Runs.FromSqlRaw(
        """
        SELECT * FROM runs WHERE "Id" = {0} OR "Error" LIKE {1} ESCAPE '\'
        OR CAST("Inputs" AS TEXT) LIKE {1} ESCAPE '\' OR CAST("Outputs" AS TEXT) LIKE {1} ESCAPE '\' OR CAST("Inputs" AS TEXT) LIKE {2} ESCAPE '\' OR CAST("Outputs" AS TEXT) LIKE {2} ESCAPE '\'
        """,
        id,
        pattern,
        escapedPattern);

    /// <summary>A constraint, a type or a size: not a lock or a disk, which may pass.</summary>
    public bool IsRefusal(DbException error) => error is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CONSTRAINT or SQLitePCL.raw.SQLITE_MISMATCH or SQLitePCL.raw.SQLITE_TOOBIG };

    /// <summary>By a file beside the database, which its process holds open: the system lets it go when the process ends, however it ends.</summary>
    public INodeLock? TryLockNode(string name) => PrivateFiles.TryLock($"{path}.{name}.lock") is { } file ? new FileNodeLock(file) : null;

    public DateTimeOffset? BegunAt() => null;

    /// <summary>
    /// SQLite counts, for each connection, the commits of all others: so no write goes unseen, not even one past this store. A second, new connection shows whether the file is still the same: one that
    /// was replaced goes on living for those who had opened it.
    /// </summary>
    public bool HasChanged(out StoreChange present)
    {
        try
        {
            var before = version;
            using var fresh = OpenUnpooled(unpooled);
            watch ??= OpenUnpooled(unpooled);
            version = Read<long>(watch, "PRAGMA data_version;");
            var known = ReadChange(watch);
            present = ReadChange(fresh);
            if (known != present)
            {
                Forget();
                return true;
            }
            return version != before;
        }
        catch
        {
            Forget();
            throw;
        }
    }

    public void Compact()
    {
        using var connection = OpenUnpooled(unpooled);
        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE);");
    }

    /// <summary>Deleted rows are overwritten in the database (<c>secure_delete</c>) and lie in the log until that is begun anew, which waits for those who read.</summary>
    public async Task<bool> EraseAsync(CancellationToken cancellationToken)
    {
        foreach (var file in (string[])[history, path])
        {
            using var connection = OpenUnpooled(ConnectionString(file, pooling: false, WaitSeconds));
            for (var tries = 1; Read<long>(connection, "PRAGMA wal_checkpoint(TRUNCATE);") != 0; tries++)
            {
                if (tries == EraseTries)
                    return false;
                await Task.Delay(100, cancellationToken).ConfigureAwait(false);
            }
        }
        return true;
    }

    /// <summary>SQLite takes the lock of the one writer before anything is read.</summary>
    public IDbContextTransaction BeginWrite(StorageContext context) => context.Database.BeginTransaction(IsolationLevel.Serializable);

    public Task<IDbContextTransaction> BeginWriteAsync(StorageContext context, CancellationToken cancellationToken) => context.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken);

    public void Dispose()
    {
        Forget();
        using var pool = new SqliteConnection(ConnectionString(history, pooling: true, WaitSeconds));
        SqliteConnection.ClearPool(pool);
    }

    private static StoreChange ReadChange(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT \"Number\", \"Change\" FROM store_state WHERE \"Id\" = $id;";
        command.Parameters.AddWithValue("$id", StoreStateRow.TheOne);
        using var reader = command.ExecuteReader();
        return reader.Read() ? new StoreChange(reader.GetInt64(0), reader.GetString(1)) : throw Incomplete();
    }

    private static InvalidOperationException Incomplete() => new("The database lacks what the store reads.");

    private static T Read<T>(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constant texts of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar() is T value ? value : throw Incomplete();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constant texts of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static void Prepare(DbContext context)
    {
        context.Database.OpenConnection();
        Execute((SqliteConnection)context.Database.GetDbConnection(), "PRAGMA journal_mode = WAL;");

        // Asked first: to migrate takes a lock, which a process that was killed leaves behind.
        if (context.Database.GetPendingMigrations().Any())
            context.Database.Migrate();
    }

    private static SqliteConnection OpenUnpooled(string connectionString)
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            SqliteConnectionSettings.Apply(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Lets go of every connection that is open on what may no longer be the database.</summary>
    private void Forget()
    {
        watch?.Dispose();
        watch = null;
        version = null;
        using var pool = new SqliteConnection(pooled);
        SqliteConnection.ClearPool(pool);
    }

    /// <summary>Never creates the file: SQLite would make it readable for all.</summary>
    private static string ConnectionString(string path, bool pooling, int wait) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = pooling, DefaultTimeout = wait }.ToString();
}
