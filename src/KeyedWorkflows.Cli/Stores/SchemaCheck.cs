using KeyedWorkflows.Storage;
using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Cli.Stores;

/// <summary>
/// Looks at the tables of a store before it is opened. One that another version made is left alone: what a newer one wrote would not be understood, and to bring an older one up to date would change it under the host that runs on it.
/// </summary>
internal static class SchemaCheck
{
    /// <param name="settings">The store.</param>
    /// <param name="make">Whether one that is not there is to be made.</param>
    /// <param name="mayUpgrade">Whether one of an older version is to be brought up to date.</param>
    /// <returns>Whether there is one; where not, it is to be made.</returns>
    /// <exception cref="CommandFault">The store is of another version, or there is none.</exception>
    public static bool Run(StoreSettings settings, bool make, bool mayUpgrade)
    {
        if (settings.ConnectionString is { } connection)
        {
            using var database = new PostgreSqlStorageDatabase(connection);
            using var context = database.Open();

            // A server that is away, or has no such database, says so here: below, it would pass for one without tables.
            context.Database.OpenConnection();
            using var history = database.OpenHistory();
            var isThere = Check(context, settings, mayUpgrade) | Check(history, settings, mayUpgrade);
            if (!isThere && !make)
                throw CommandFault.NotFound("There is no store in the database of PostgreSQL that the connection string names. The first profile or token that is added makes one. Nothing was changed.");
            return isThere;
        }

        // What is not there is made, and asked for nothing.
        using var files = new SqliteStorageDatabase(settings.Database);
        var isFile = File.Exists(settings.Database);
        if (isFile)
        {
            using var context = files.Open();
            Check(context, settings, mayUpgrade);
        }
        if (File.Exists(settings.History))
        {
            using var history = files.OpenHistory();
            Check(history, settings, mayUpgrade);
        }
        return isFile;
    }

    /// <returns>Whether there are tables.</returns>
    private static bool Check(DbContext context, StoreSettings settings, bool mayUpgrade)
    {
        var known = context.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        var applied = context.Database.GetAppliedMigrations().ToHashSet(StringComparer.Ordinal);
        if (applied.Count == 0)
            return false;
        if (!applied.IsSubsetOf(known))
            throw CommandFault.Unavailable($"The store in '{settings.Place}' is of a newer version than this command, {CommandLine.Version}: update the command (dotnet tool update --global KeyedWorkflows.Cli). Nothing was changed.");
        if (!mayUpgrade && !known.IsSubsetOf(applied))
        {
            throw CommandFault.Unavailable(
                $"The store in '{settings.Place}' is of an older version than this command, {CommandLine.Version}: start its host, or 'workflows serve', in this version once, which brings it up to date; or use the command of the host's version. Nothing was changed.");
        }
        return true;
    }
}
