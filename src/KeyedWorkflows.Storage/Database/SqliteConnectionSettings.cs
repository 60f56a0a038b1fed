using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace KeyedWorkflows.Storage;

/// <summary>What SQLite keeps for one connection, and so is set for each: pages of deleted rows are overwritten, and the schema of a strange file runs no functions.</summary>
internal sealed class SqliteConnectionSettings : DbConnectionInterceptor
{
    public static SqliteConnectionSettings Instance { get; } = new();

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Apply(connection);
        return Task.CompletedTask;
    }

    private static void Apply(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;";
        command.ExecuteNonQuery();
    }
}
