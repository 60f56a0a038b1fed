using System.Net.Sockets;
using System.Text.RegularExpressions;
using KeyedWorkflows.Cli.Hosts;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Cli.Stores;
using KeyedWorkflows.Cli.Stores.Remote;
using KeyedWorkflows.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace KeyedWorkflows.Cli;

/// <summary>Says each failure in a sentence. What a library says in its own words is not repeated: it may hold what was given.</summary>
internal static partial class Faults
{
    public static CommandFault Of(Exception error) => error switch
    {
        CommandFault fault => fault,
        OutputLostException => CommandFault.Unavailable("The answer could not be written: standard output is closed, or its disk is full. What the command was to do is done, and stays: look before you repeat it."),
        AdministrationRefusal refusal => refusal.ToFault(),
        OddAnswerException odd => CommandFault.Unavailable(odd.Message),
        ProfileRefusedException refused => new(CodeOf(refused.Reason), refused.Message),
        TokenRefusedException refused => new(CodeOf(refused.Reason), refused.Message),
        WorkflowRunException run => HostFaults.Of(run),

        // Nobody pressed Ctrl-C: something that was waited for took too long.
        OperationCanceledException or TimeoutException => CommandFault.Unavailable("What was asked for did not come in time. Look at the host, or at the connection. Where something was to be changed, look before you repeat it."),

        // EF Core wraps what the database said.
        DbUpdateException { InnerException: { } inner } => Of(inner),
        SqliteException sqlite => Of(sqlite),
        InvalidOperationException { InnerException: NpgsqlException inner } => PostgreSqlFaults.Of(inner),
        NpgsqlException postgreSql => PostgreSqlFaults.Of(postgreSql),
        UnauthorizedAccessException => CommandFault.Unavailable($"The system refuses access to {PathOf(error) ?? "a file of the store, or one that is read or written here"}: look at owner, mode and mount of it and of its directory (a read-only disk?). Nothing was changed."),
        DirectoryNotFoundException or FileNotFoundException => CommandFault.NotFound(PathOf(error) is { } missing ? $"There is no {missing}, or no directory that it is to be in." : "A file or directory that is needed is not there."),
        IOException when IsFull(error) => CommandFault.Unavailable("The disk is full. Make room, and repeat the command."),
        IOException when IsReadOnly(error) => CommandFault.Unavailable("The disk is read-only: nothing can be written there. Nothing was changed."),
        IOException or SocketException or HttpRequestException => CommandFault.Unavailable($"Reading or writing failed ({error.GetType().Name}). Look at the disk, or at the connection."),
        _ => new(ExitCodes.Unexpected, $"This is a fault of the program: {error.GetType().Name} in {error.TargetSite?.DeclaringType?.Name ?? "?"}. Its words are not repeated, since they may hold what was given. Please report it with the command's name."),
    };

    // Copying a database ends with an extended code, whose low byte is the one that is told by.
    private static CommandFault Of(SqliteException error) => (error.SqliteErrorCode & 0xFF) switch
    {
        SQLitePCL.raw.SQLITE_READONLY => CommandFault.Unavailable("The store's database is read-only here: the disk is, or the file or its directory belongs to somebody else. Nothing was changed."),
        SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => CommandFault.Unavailable("The store's database is locked by another process for longer than five seconds. Nothing was changed; repeat the command."),
        SQLitePCL.raw.SQLITE_FULL => CommandFault.Unavailable("The disk of the store's database is full. Nothing was changed; make room, and repeat the command."),
        SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_CORRUPT => CommandFault.Unavailable("The store's database is damaged, or is no database. Put a backup in its place: workflows restore."),
        SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_PERM or SQLitePCL.raw.SQLITE_IOERR => CommandFault.Unavailable("The store's database cannot be opened: look at owner, mode and mount of its directory. Nothing was changed."),
        var code => CommandFault.Unavailable($"The store's database does not do what is asked of it (SQLite {code})."),
    };

    private static int CodeOf(ProfileRefusal reason) => reason switch
    {
        ProfileRefusal.NotFound => ExitCodes.NotFound,
        ProfileRefusal.NameTaken or ProfileRefusal.Changed => ExitCodes.Conflict,
        ProfileRefusal.Unreadable or ProfileRefusal.StoreSetBack => ExitCodes.Unavailable,
        _ => ExitCodes.Refused,
    };

    private static int CodeOf(TokenRefusal reason) => reason switch
    {
        TokenRefusal.NotFound => ExitCodes.NotFound,
        TokenRefusal.NameTaken or TokenRefusal.Changed => ExitCodes.Conflict,
        TokenRefusal.Unreadable or TokenRefusal.StoreSetBack => ExitCodes.Unavailable,
        _ => ExitCodes.Refused,
    };

    /// <summary>The path that the system speaks of, in quotation marks. It is the one word of its sentence that is repeated, and only where it holds nothing like a key.</summary>
    private static string? PathOf(Exception error)
    {
        var path = (error as FileNotFoundException)?.FileName ?? Quoted().Match(error.Message) switch
        {
            { Success: true } match => match.Groups[1].Value,
            _ => null,
        };

        // What is written is called otherwise until it is whole.
        path = path is null ? null : Unfinished().Replace(path, "");
        return path is not null && Path.IsPathRooted(path) && !KeyFormats.LooksLikeKey(path) ? $"'{path}'" : null;
    }

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?:\.[0-9a-f]{32}\.tmp|\.(?:backup|restore)-[0-9a-f]{32})\z")]
    private static partial Regex Unfinished();

    /// <summary>Whether a disk, or what somebody may use of it, is full.</summary>
    // The low half of HResult is errno on Unix: ENOSPC, EDQUOT, EROFS. On Windows: ERROR_DISK_FULL, ERROR_WRITE_PROTECT.
    public static bool IsFull(Exception error) => error is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_FULL } || (error is IOException && (error.HResult & 0xFFFF) is (28 or 112 or 122));

    private static bool IsReadOnly(Exception error) => (error.HResult & 0xFFFF) is 30 or 19;
}
