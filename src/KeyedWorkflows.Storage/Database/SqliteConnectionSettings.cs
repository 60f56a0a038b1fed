using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace KeyedWorkflows.Storage;

/// <summary>
/// What SQLite keeps for one connection, and so is set for each: pages of deleted rows are overwritten, the schema of a strange file runs no functions, what does not fit in memory goes into no directory that others
/// use too, and what was committed is on the disk: a revocation outlives the loss of power.
/// </summary>
internal sealed class SqliteConnectionSettings : DbConnectionInterceptor
{
    public static SqliteConnectionSettings Instance { get; } = new();

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Apply(connection);
        return Task.CompletedTask;
    }

    public static void Apply(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA synchronous = FULL;";
        command.ExecuteNonQuery();
    }
}
