using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace KeyedWorkflows.Storage;

/// <summary>History in PostgreSQL: what is written goes out in few round trips, each statement prepared once.</summary>
internal sealed class PostgreSqlHistorySession(NpgsqlConnection connection) : IHistorySession
{
    /// <summary>How many statements go out at once, at most.</summary>
    private const int MostAtOnce = 500;

    private readonly Dictionary<HistoryStatement, NpgsqlDbType[]> types = [];
    private NpgsqlTransaction? transaction;
    private NpgsqlBatch? batch;

    public void Begin() => transaction = connection.BeginTransaction();

    public void Write(HistoryStatement statement, params ReadOnlySpan<object?> values)
    {
        batch ??= new NpgsqlBatch(connection, transaction);
        var command = new NpgsqlBatchCommand(statement.Sql);
        Fill(statement, command.Parameters, values);
        batch.BatchCommands.Add(command);
        if (batch.BatchCommands.Count >= MostAtOnce)
            Send();
    }

    public int Change(HistoryStatement statement, params ReadOnlySpan<object?> values)
    {
        using var command = Now(statement, values);
        return command.ExecuteNonQuery();
    }

    public List<T> Read<T>(HistoryStatement statement, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        List<T> rows = [];
        using var command = Now(statement, values);
        using var reader = command.ExecuteReader();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    public void Serialize(string what)
    {
        Send();
        using var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", connection, transaction) { Parameters = { new() { Value = what } } };
        command.ExecuteNonQuery();
    }

    public void Commit()
    {
        Send();
        transaction!.Commit();
        transaction.Dispose();
        transaction = null;
    }

    public void Dispose()
    {
        batch?.Dispose();
        transaction?.Dispose();
        connection.Dispose();
    }

    private void Send()
    {
        if (batch is null)
            return;
        batch.ExecuteNonQuery();
        batch.Dispose();
        batch = null;
    }

    private NpgsqlCommand Now(HistoryStatement statement, ReadOnlySpan<object?> values)
    {
        Send();
#pragma warning disable CA2100 // Constant texts of this project.
        var command = new NpgsqlCommand(statement.Sql, connection, transaction);
#pragma warning restore CA2100
        Fill(statement, command.Parameters, values);
        return command;
    }

    /// <summary>A null is sent as of the type that its place has had before: of another, the statement would be prepared again.</summary>
    private void Fill(HistoryStatement statement, NpgsqlParameterCollection parameters, ReadOnlySpan<object?> values)
    {
        if (!types.TryGetValue(statement, out var known))
            types.Add(statement, known = [.. Enumerable.Repeat(NpgsqlDbType.Unknown, values.Length)]);
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = new NpgsqlParameter { Value = values[i] ?? DBNull.Value };
            if (values[i] is { } value)
                known[i] = TypeOf(value);
            if (known[i] != NpgsqlDbType.Unknown)
                parameter.NpgsqlDbType = known[i];
            parameters.Add(parameter);
        }
    }

    private static NpgsqlDbType TypeOf(object value) => value switch
    {
        string => NpgsqlDbType.Text,
        int => NpgsqlDbType.Integer,
        long => NpgsqlDbType.Bigint,
        bool => NpgsqlDbType.Boolean,
        byte[] => NpgsqlDbType.Bytea,
        _ => throw new ArgumentException($"The history holds no {value.GetType().Name}."),
    };
}
