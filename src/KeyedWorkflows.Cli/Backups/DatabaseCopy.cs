using KeyedWorkflows.Storage;
using Microsoft.Data.Sqlite;

namespace KeyedWorkflows.Cli.Backups;

/// <summary>Copies a database of SQLite as it stands at one moment, while others write to it.</summary>
internal static class DatabaseCopy
{
    public static void Make(string from, string to)
    {
        PrivateFiles.Create(to);
        using var source = Open(from, SqliteOpenMode.ReadOnly);
        using var target = Open(to, SqliteOpenMode.ReadWrite);
        source.BackupDatabase(target);

        // One file: what is still in a log beside it would be left out of the archive.
        Execute(target, "PRAGMA journal_mode = DELETE;");
        if (Execute(target, "PRAGMA quick_check;") is not "ok")
            throw CommandFault.Unavailable("The store's database is damaged: a check of its copy found faults. No backup was made.");
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 5 }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static string? Execute(SqliteConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constant texts of this class.
        command.CommandText = pragma;
#pragma warning restore CA2100
        return command.ExecuteScalar() as string;
    }
}
