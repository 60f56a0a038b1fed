using System.Data.Common;
using Npgsql;

namespace KeyedWorkflows.Storage;

/// <summary>A lock that the server holds for a connection, as long as that lives.</summary>
internal sealed class ConnectionNodeLock(NpgsqlConnection connection) : INodeLock
{
    public bool IsHeld()
    {
        try
        {
            using var command = new NpgsqlCommand("SELECT 1", connection);
            command.ExecuteScalar();
            return true;
        }
        catch (Exception error) when (error is DbException or InvalidOperationException)
        {
            return false;
        }
    }

    public void Dispose() => connection.Dispose();
}
