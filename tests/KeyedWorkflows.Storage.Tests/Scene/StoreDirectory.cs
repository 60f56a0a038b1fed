using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>A place for one test: a directory each for the database, the ring and the key that wraps it.</summary>
internal sealed class StoreDirectory : IDisposable
{
    private readonly PostgreSqlServer? server;
    private readonly string root = Directory.CreateTempSubdirectory("kw-store-").FullName;

    public StoreDirectory(DatabaseKind kind = DatabaseKind.Sqlite, PostgreSqlServer? server = null)
    {
        KeyEncryptionKey = NewKeyEncryptionKey();
        if (kind == DatabaseKind.Sqlite)
            return;
        Assert.SkipWhen(PostgreSqlServer.Absence is not null, PostgreSqlServer.Absence ?? "");
        this.server = server ?? PostgreSqlServer.Shared;
        ConnectionString = this.server.CreateDatabase();
    }

    /// <summary>The database of PostgreSQL; null where the store lies in files.</summary>
    public string? ConnectionString { get; }

    public string Root => root;

    public string Database => Path.Combine(root, "database", "profiles.db");

    public string History => SqliteStorageDatabase.HistoryOf(Database);

    public string Ring => Path.Combine(root, "ring");

    public string KeyEncryptionKey { get; }

    public string NewKeyEncryptionKey()
    {
        var directory = Directory.CreateDirectory(Path.Combine(root, "wrapping")).FullName;
        var file = Path.Combine(directory, Guid.NewGuid().ToString("N"));
        File.WriteAllText(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    /// <summary>The options of a host in production.</summary>
    public void Protected(StorageOptions options)
    {
        options.DatabasePath = Database;
        options.KeyRingPath = Ring;
        options.KeyEncryptionKeyFile = KeyEncryptionKey;
    }

    /// <summary>Writes past the store, as who can open the database does.</summary>
    public int Execute(string sql)
    {
        return ConnectionString is not null ? ExecuteOnServer(sql) : ExecuteOn(Database, sql);
    }

    /// <summary>Takes the whole audit away past the store, with its key.</summary>
    public void TakeAuditAway() => Execute("DELETE FROM audit_entries; DELETE FROM audit_tenants; DELETE FROM host_keys WHERE \"Name\" = 'audit'");

    /// <summary>Writes past the store, in the file of runs.</summary>
    public int ExecuteOnHistory(string sql) => ExecuteOn(History, sql);

    private static int ExecuteOn(string file, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    /// <summary>Takes back what was written since SQLite last moved its log into the database, as the loss of the log does.</summary>
    public void LoseLog()
    {
        using var log = new FileStream(Database + "-wal", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Assert.NotEqual(0, log.Length);
        log.SetLength(0);
    }

    /// <summary>A copy of the whole database, as a backup makes it.</summary>
    public string Backup()
    {
        var place = Path.Combine(root, "backup");
        PrivateFiles.CreateDirectory(place);
        var copy = Path.Combine(place, Guid.NewGuid().ToString("N"));
        Copy(Database, copy);
        return copy;
    }

    public void Restore(string backup) => Copy(backup, Database);

    /// <summary>Drops the database of PostgreSQL, and makes one of the same name.</summary>
    public void Renew() => server!.RenewDatabase(ConnectionString!);

    public void Dispose()
    {
        Directory.Delete(root, recursive: true);
        if (ConnectionString is not null)
            server!.DropDatabase(ConnectionString);
    }

    private int ExecuteOnServer(string sql)
    {
        using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteNonQuery();
    }

    private static void Copy(string from, string to)
    {
        using var source = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = from, Pooling = false }.ToString());
        using var target = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = to, Pooling = false }.ToString());
        source.Open();
        target.Open();
        source.BackupDatabase(target);
    }
}
