using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Storage;
using Microsoft.Extensions.Hosting;

namespace KeyedWorkflows.Cli.Stores;

/// <summary>Which store is meant: the one of a host on this machine, in files or in PostgreSQL.</summary>
internal sealed record StoreSettings
{
    public const string StoreVariable = "KEYEDWORKFLOWS_STORE";

    public const string RingVariable = "KEYEDWORKFLOWS_RING";

    public const string RingKeyVariable = "KEYEDWORKFLOWS_RING_KEY_FILE";

    public const string PostgreSqlVariable = "KEYEDWORKFLOWS_POSTGRES";

    /// <summary>The directory of database and ring.</summary>
    public required string Directory { get; init; }

    /// <summary>Whether nobody named a directory: it is the one that a host in Development uses.</summary>
    public bool IsDefault { get; init; }

    public required string Ring { get; init; }

    public string? RingKeyFile { get; init; }

    public IReadOnlyList<string> FormerRingKeyFiles { get; init; } = [];

    /// <summary>The database of PostgreSQL; null where the store lies in files.</summary>
    public string? ConnectionString { get; init; }

    public bool AllowUnprotectedRing { get; init; }

    /// <summary>Whether it is a backup that is being restored: what its ring does not open is told by who restores it.</summary>
    public bool IsRestored { get; init; }

    /// <summary>Whether a ring in clear text may be wrapped: all else would write what its host cannot read.</summary>
    public bool MayWrapRing { get; init; }

    public required string Environment { get; init; }

    public required string WorkingDirectory { get; init; }

    /// <summary>Who changes something, as the audit names them.</summary>
    public required string Operator { get; init; }

    public string Database => Path.Combine(Directory, "database", "workflows.db");

    public string History => SqliteStorageDatabase.HistoryOf(Database);

    public bool IsDevelopment => Environment == Environments.Development;

    /// <summary>What is said of it to people. A connection string is not.</summary>
    public string Place => ConnectionString is null ? Directory : "PostgreSQL";

    /// <summary>Reads what the command says, and what the environment says where it does not.</summary>
    public static StoreSettings Of(Terminal terminal, string? store, string? ring, string? ringKeyFile, IReadOnlyList<string> formerRingKeyFiles, bool postgreSql, string? postgreSqlFile, bool allowUnprotectedRing)
    {
        var named = store ?? terminal.Variable(StoreVariable);
        var directory = Path.GetFullPath(named ?? StorageOptions.DefaultDirectory, terminal.Directory);
        string? connection = null;
        if (postgreSqlFile is not null)
            connection = ReadConnectionString(Path.GetFullPath(postgreSqlFile, terminal.Directory));
        else if (postgreSql)
            connection = terminal.Variable(PostgreSqlVariable);
        if ((postgreSql || postgreSqlFile is not null) && string.IsNullOrWhiteSpace(connection))
            throw CommandFault.Usage($"There is no connection string: set the variable {PostgreSqlVariable}, or name a file that holds it with --postgres-file.");
        if (connection is not null)
            PostgreSqlFaults.Check(connection, postgreSqlFile is null ? $"the variable {PostgreSqlVariable}" : "the file that --postgres-file names");
        if (connection is not null && ring is null && terminal.Variable(RingVariable) is null && named is null)
            throw CommandFault.Usage($"A store in PostgreSQL has its key ring in a directory of the host's: name it with --ring or the variable {RingVariable}. Nothing was changed.");
        return new StoreSettings
        {
            Directory = directory,
            IsDefault = named is null,
            Ring = (ring ?? terminal.Variable(RingVariable)) is { } apart ? Path.GetFullPath(apart, terminal.Directory) : Path.Combine(directory, "ring"),
            RingKeyFile = (ringKeyFile ?? terminal.Variable(RingKeyVariable)) is { } key ? Path.GetFullPath(key, terminal.Directory) : null,
            FormerRingKeyFiles = [.. formerRingKeyFiles.Select(file => Path.GetFullPath(file, terminal.Directory))],
            ConnectionString = connection,
            AllowUnprotectedRing = allowUnprotectedRing,
            Environment = terminal.Variable("ASPNETCORE_ENVIRONMENT") ?? terminal.Variable("DOTNET_ENVIRONMENT") ?? Environments.Production,
            WorkingDirectory = terminal.Directory,
            Operator = terminal.User,
        };
    }

    private static string ReadConnectionString(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            // What was given is not repeated: it may be the connection string itself.
            throw CommandFault.NotFound("There is no such file as --postgres-file names: it is a file that holds the connection string.");
        }
    }

    /// <summary>Says it to a store.</summary>
    public void Apply(StorageOptions options)
    {
        options.DatabasePath = Database;
        options.KeyRingPath = Ring;

        // As a host in Development says it, so that the store keeps itself out of version control as there.
        if (IsDefault && Directory == Path.Combine(WorkingDirectory, StorageOptions.DefaultDirectory))
        {
            options.DatabasePath = StorageOptions.DefaultDatabasePath;
            if (Ring == Path.Combine(Directory, "ring"))
                options.KeyRingPath = StorageOptions.DefaultKeyRingPath;
        }
        options.KeyEncryptionKeyFile = RingKeyFile;
        foreach (var former in FormerRingKeyFiles)
            options.FormerKeyEncryptionKeyFiles.Add(former);
        options.AllowUnprotectedKeyRing = AllowUnprotectedRing;
        options.IsBesideHost = !IsRestored;
        options.MayWrapRing = MayWrapRing;
    }
}
