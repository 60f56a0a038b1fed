using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace KeyedWorkflows.Storage;

/// <summary>History in SQLite: each statement is prepared once, and its parameters are set again.</summary>
internal sealed class SqliteHistorySession(SqliteConnection connection) : IHistorySession
{
    private static readonly HistoryStatement BeginStatement = new("BEGIN IMMEDIATE;");

    private static readonly HistoryStatement CommitStatement = new("COMMIT;");

    private readonly Dictionary<HistoryStatement, SqliteCommand> commands = [];

    /// <summary>Takes the lock of the one writer before anything is read.</summary>
    public void Begin() => Change(BeginStatement);

    public void Write(HistoryStatement statement, params ReadOnlySpan<object?> values) => Prepared(statement, values).ExecuteNonQuery();

    public int Change(HistoryStatement statement, params ReadOnlySpan<object?> values) => Prepared(statement, values).ExecuteNonQuery();

    public List<T> Read<T>(HistoryStatement statement, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        List<T> rows = [];
        using var reader = Prepared(statement, values).ExecuteReader();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>There is one writer.</summary>
    public void Serialize(string what)
    {
    }

    public void Commit() => Change(CommitStatement);

    public void Dispose()
    {
        foreach (var command in commands.Values)
            command.Dispose();
        connection.Dispose();
    }

    private SqliteCommand Prepared(HistoryStatement statement, ReadOnlySpan<object?> values)
    {
        if (!commands.TryGetValue(statement, out var command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // Constant texts of this project.
            command.CommandText = statement.Sql;
#pragma warning restore CA2100
            for (var i = 0; i < values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = "$" + (i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture) });
            commands.Add(statement, command);
        }
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}
