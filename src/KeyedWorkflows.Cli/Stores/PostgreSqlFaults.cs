using System.Net.Sockets;
using Npgsql;

namespace KeyedWorkflows.Cli.Stores;

/// <summary>What is wrong with a store in PostgreSQL, in a sentence that repeats nothing of the connection string.</summary>
internal static class PostgreSqlFaults
{
    private const string Form = "A connection string looks like: Host=db.example.com;Port=5432;Database=workflows;Username=workflows;Password=…";

    /// <summary>Looks at a connection string before it is used.</summary>
    /// <param name="text">What was given.</param>
    /// <param name="source">Where it stands.</param>
    /// <exception cref="CommandFault">It is none.</exception>
    public static void Check(string text, string source)
    {
        if (text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase))
            throw CommandFault.Usage($"What stands in {source} is an address (postgres://…), and no connection string. {Form}");
        try
        {
            if (!string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(text).Host))
                return;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException or NotSupportedException or OverflowException)
        {
            throw CommandFault.Usage($"What stands in {source} is no connection string. It is not repeated here. {Form}");
        }
        throw CommandFault.Usage($"What stands in {source} names no host. It is not repeated here. {Form}");
    }

    public static CommandFault Of(NpgsqlException error) => CommandFault.Unavailable(Sentence(error) + " Nothing was changed.");

    private static string Sentence(NpgsqlException error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => "The PostgreSQL server has no database of the name that the connection string gives: create it, or correct Database=….",
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
            "The PostgreSQL server refuses the login: look at Username and Password of the connection string, and at what the server lets in (pg_hba.conf).",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } => "The PostgreSQL user of the connection string may not do what is asked: it needs the rights of the store's host on its database.",
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } => "The PostgreSQL server takes no more connections for now: look at its max_connections, and repeat the command.",
        PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown } => "The PostgreSQL server starts or stops just now: repeat the command.",
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => "The disk of the PostgreSQL server is full: make room there.",
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => "The PostgreSQL server takes no changes: it is a standby, or the database is read-only. Name the server that does with Host=….",
        PostgresException other => $"PostgreSQL refuses what is asked of it (SQLSTATE {other.SqlState}).",
        _ => Find<SocketException>(error) switch
        {
            { SocketErrorCode: SocketError.ConnectionRefused } => "PostgreSQL does not answer: nothing listens at Host and Port of the connection string. Is the server running, and is the port right?",
            { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } => "PostgreSQL does not answer: the name that the connection string gives as Host is not known. Look for a slip in it, or at the name server.",
            { } other => $"PostgreSQL does not answer: its server could not be reached ({other.SocketErrorCode}). Look at Host and Port of the connection string, and at the network.",
            null when Find<TimeoutException>(error) is not null => "PostgreSQL does not answer in time. Look at Host and Port of the connection string, and at the load of the server.",
            null => "PostgreSQL does not answer, or refuses what is asked of it. Look at the connection string, at the server and at the rights of its user.",
        },
    };

    private static T? Find<T>(Exception? error)
        where T : Exception
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is T found)
                return found;
        }
        return null;
    }
}
