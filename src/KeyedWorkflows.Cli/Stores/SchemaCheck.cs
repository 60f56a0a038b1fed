using KeyedWorkflows.Storage;
using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Cli.Stores;

/// <summary>
/// Looks at the tables of a store before it is opened. One that another version made is left alone: what a newer one wrote would not be understood, and to bring an older one up to date would change it under the host that runs on it.
/// </summary>
internal static class SchemaCheck
{
    /// <exception cref="CommandFault">The store is of another version.</exception>
    public static void Run(StoreSettings settings)
    {
        if (settings.ConnectionString is { } connection)
        {
            using var database = new PostgreSqlStorageDatabase(connection);
            using var context = database.Open();
            using var history = database.OpenHistory();
            Check(context, settings);
            Check(history, settings);
            return;
        }

        // What is not there is made, and asked for nothing.
        using var files = new SqliteStorageDatabase(settings.Database);
        if (File.Exists(settings.Database))
        {
            using var context = files.Open();
            Check(context, settings);
        }
        if (File.Exists(settings.History))
        {
            using var history = files.OpenHistory();
            Check(history, settings);
        }
    }

    private static void Check(DbContext context, StoreSettings settings)
    {
        var known = context.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        var applied = context.Database.GetAppliedMigrations().ToHashSet(StringComparer.Ordinal);
        if (applied.Count == 0)
            return;
        if (!applied.IsSubsetOf(known))
            throw CommandFault.Unavailable($"The store in '{settings.Place}' is of a newer version than this command, {OwnVersion}: update the command (dotnet tool update --global KeyedWorkflows.Cli). Nothing was changed.");
        if (!known.IsSubsetOf(applied))
        {
            throw CommandFault.Unavailable(
                $"The store in '{settings.Place}' is of an older version than this command, {OwnVersion}: start its host, or 'workflows serve', in this version once, which brings it up to date; or use the command of the host's version. Nothing was changed.");
        }
    }

    private static string OwnVersion => typeof(WorkflowsBuilder).Assembly.GetName().Version?.ToString(3) ?? "?";
}
