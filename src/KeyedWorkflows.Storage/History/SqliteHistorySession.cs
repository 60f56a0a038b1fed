using System.Data.Common;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace KeyedWorkflows.Storage;

/// <summary>
/// History in SQLite. What comes often is prepared once and bound by hand: through ADO.NET, each parameter is looked up by its name each time, which costs more than the write itself.
/// </summary>
internal sealed class SqliteHistorySession : IHistorySession
{
    private static readonly HistoryStatement BeginStatement = new("BEGIN IMMEDIATE;");

    private static readonly HistoryStatement CommitStatement = new("COMMIT;");

    private readonly SqliteConnection connection;
    private readonly SqliteCheckpoints checkpoints;
    private readonly string path;
    private readonly Dictionary<HistoryStatement, sqlite3_stmt> prepared = [];
    private byte[] text = new byte[4096];
    private int written;

    public SqliteHistorySession(SqliteConnection connection, SqliteCheckpoints checkpoints, string path)
    {
        this.connection = connection;
        this.checkpoints = checkpoints;
        this.path = path;

        // SQLite itself waits for another's lock, and is woken sooner than who asks again by the clock.
        raw.sqlite3_busy_timeout(connection.Handle!, connection.DefaultTimeout * 1000);
    }

    /// <summary>Takes the lock of the one writer before anything is read. A file that was taken away lives on for those who have it open: what they write is lost.</summary>
    public void Begin()
    {
        if (!File.Exists(path))
            throw new FileNotFoundException("The database of runs is not there.");
        Write(BeginStatement);
    }

    public void Write(HistoryStatement statement, params ReadOnlySpan<object?> values)
    {
        if (!prepared.TryGetValue(statement, out var command))
        {
            // Of SQLite's own two kinds, only these are numbered as they say, wherever they stand.
            Check(raw.sqlite3_prepare_v2(connection.Handle, statement.Sql.Replace('$', '?'), out command));
            prepared.Add(statement, command);
        }
        for (var i = 0; i < values.Length; i++)
            Check(Bind(command, i + 1, values[i]));
        var result = raw.sqlite3_step(command);
        raw.sqlite3_reset(command);
        if (result != raw.SQLITE_DONE)
            Check(result);
        written++;
    }

    public int Change(HistoryStatement statement, params ReadOnlySpan<object?> values)
    {
        Write(statement, values);
        return raw.sqlite3_changes(connection.Handle);
    }

    public List<T> Read<T>(HistoryStatement statement, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        List<T> rows = [];
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constant texts of this project.
        command.CommandText = statement.Sql;
#pragma warning restore CA2100
        for (var i = 0; i < values.Length; i++)
            command.Parameters.AddWithValue("$" + (i + 1).ToString(CultureInfo.InvariantCulture), values[i] ?? DBNull.Value);
        using var reader = command.ExecuteReader();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>There is one writer.</summary>
    public void Serialize(string what)
    {
    }

    public void Commit()
    {
        Write(CommitStatement);
        checkpoints.Committed(connection, written);
        written = 0;
    }

    public void Dispose()
    {
        foreach (var command in prepared.Values)
            command.Dispose();
        checkpoints.Dispose();
        connection.Dispose();
    }

    private int Bind(sqlite3_stmt command, int index, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(command, index),
        string one => raw.sqlite3_bind_text(command, index, Utf8(one)),
        int one => raw.sqlite3_bind_int(command, index, one),
        long one => raw.sqlite3_bind_int64(command, index, one),
        bool one => raw.sqlite3_bind_int(command, index, one ? 1 : 0),
        byte[] one => raw.sqlite3_bind_blob(command, index, one),
        _ => throw new ArgumentException($"The history holds no {value.GetType().Name}."),
    };

    private ReadOnlySpan<byte> Utf8(string value)
    {
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (text.Length < most)
            text = new byte[most];
        return text.AsSpan(0, Encoding.UTF8.GetBytes(value, text));
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, connection.Handle);
}
