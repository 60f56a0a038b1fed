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

    /// <summary>Let go at once: the server would notice that the connection is gone a moment later.</summary>
    public void Dispose()
    {
        try
        {
            using var command = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", connection);
            command.ExecuteNonQuery();
        }
        catch (Exception error) when (error is DbException or InvalidOperationException)
        {
            // It is broken, and the lock with it.
        }
        connection.Dispose();
    }
}
