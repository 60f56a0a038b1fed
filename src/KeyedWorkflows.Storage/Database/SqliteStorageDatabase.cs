using System.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace KeyedWorkflows.Storage;

/// <summary>The store in a file of SQLite, which several processes of one machine may share.</summary>
internal sealed class SqliteStorageDatabase : IStorageDatabase
{
    /// <summary>How long a write waits for that of another process, in seconds.</summary>
    private const int WaitSeconds = 5;

    private readonly string path;
    private readonly string pooled;
    private readonly string unpooled;
    private readonly PooledDbContextFactory<StorageContext> contexts;
    private SqliteConnection? watch;
    private long? version;

    public SqliteStorageDatabase(string path)
    {
        this.path = path;
        pooled = ConnectionString(pooling: true);
        unpooled = ConnectionString(pooling: false);
        contexts = new(new DbContextOptionsBuilder<StorageContext>().UseSqlite(pooled).AddInterceptors(SqliteConnectionSettings.Instance).Options);
    }

    public void Prepare()
    {
        // SQLite gives -wal and -shm the mode of the database, which it would make readable for all.
        PrivateFiles.CreateDirectory(Path.GetDirectoryName(path)!);
        PrivateFiles.Create(path);
        foreach (var companion in (string[])["-wal", "-shm", "-journal"])
            PrivateFiles.Close(path + companion);
        using var context = Open();
        context.Database.OpenConnection();
        Execute((SqliteConnection)context.Database.GetDbConnection(), "PRAGMA journal_mode = WAL;");

        // Asked first: to migrate takes a lock, which a process that was killed leaves behind.
        if (context.Database.GetPendingMigrations().Any())
            context.Database.Migrate();
    }

    public StorageContext Open() => contexts.CreateDbContext();

    /// <summary>
    /// SQLite counts, for each connection, the commits of all others: so no write goes unseen, not even one past this store. A second, new connection shows whether the file is still the same: one that
    /// was replaced goes on living for those who had opened it.
    /// </summary>
    public bool HasChanged(out StoreChange present)
    {
        try
        {
            var before = version;
            using var fresh = OpenUnpooled();
            watch ??= OpenUnpooled();
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
        using var connection = OpenUnpooled();
        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE);");
    }

    /// <summary>SQLite takes the lock of the one writer before anything is read.</summary>
    public IDbContextTransaction BeginWrite(StorageContext context) => context.Database.BeginTransaction(IsolationLevel.Serializable);

    public Task<IDbContextTransaction> BeginWriteAsync(StorageContext context, CancellationToken cancellationToken) => context.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken);

    public void Dispose() => Forget();

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

    private SqliteConnection OpenUnpooled()
    {
        var connection = new SqliteConnection(unpooled);
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
    private string ConnectionString(bool pooling) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = pooling, DefaultTimeout = WaitSeconds }.ToString();
}
