using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace KeyedWorkflows.Storage;

/// <summary>The store in a database of PostgreSQL, which the nodes of several machines may share.</summary>
internal sealed class PostgreSqlStorageDatabase : IStorageDatabase
{
    /// <summary>How long a connection is waited for, in seconds, where the connection string does not say.</summary>
    private const int ConnectSeconds = 5;

    /// <summary>How long the watch and the writer of history wait for an answer, in seconds.</summary>
    private const int AnswerSeconds = 4;

    /// <summary>The class of this product's advisory locks, which are one space for all that use the database.</summary>
    private const int LockClass = 0x4B57;

    private const int WriteLock = 0;

    private const int PrepareLock = -1;

    /// <summary>What is told to all nodes when a write is committed: by the server, within the write's own transaction.</summary>
    private const string Channel = "keyedworkflows_changed";

    private const string BeginWriteSql = "SELECT pg_advisory_xact_lock({0}, {1}), pg_notify({2}, '')";

    /// <summary>
    /// What the store counts itself, and what the server counts of every writer's: so an edit past the store is heard of, too. The server counts a little later, within seconds.
    /// </summary>
    private const string ChangeSql =
        "SELECT \"Number\", \"Change\", (SELECT COALESCE(SUM(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint FROM pg_stat_user_tables "
        + "WHERE schemaname = ANY (current_schemas(false)) AND relname IN ('profiles', 'former_profiles', 'tokens', 'former_tokens', 'administrators', 'host_keys')) FROM store_state WHERE \"Id\" = 1";

    /// <summary>
    /// By what no statement within the database changes: a schema is renamed, and another is put before it, by whoever may empty the tables. The database is told by its name, which hosts ask for it by, and not by a number that one which is put in
    /// its place does not have. Names are whole and there is no operator, since a search path may lead elsewhere.
    /// </summary>
    private const string PlaceSql = "SELECT pg_catalog.concat_ws(' ', (SELECT system_identifier FROM pg_catalog.pg_control_system()), pg_catalog.current_database())";

    private readonly NpgsqlDataSource source;
    private readonly NpgsqlDataSource quick;
    private readonly string unpooled;
    private readonly string? journalDirectory;
    private readonly PooledDbContextFactory<StorageContext> contexts;
    private readonly PooledDbContextFactory<HistoryContext> histories;
    private (StoreChange Change, long Edits)? last;

    /// <exception cref="ArgumentException">The connection string is malformed. The message repeats nothing of it.</exception>
    public PostgreSqlStorageDatabase(string connectionString, string? journalDirectory = null)
    {
        this.journalDirectory = journalDirectory is null ? null : Path.GetFullPath(journalDirectory);
        Journals = this.journalDirectory is null ? null : new JournalFiles(Path.Combine(this.journalDirectory, "node"));
        var pooled = Parse(connectionString);
        source = new NpgsqlDataSourceBuilder(pooled.ConnectionString).Build();

        // One that is held long: it says by itself that it is cut off, and its statements are prepared.
        var held = new NpgsqlConnectionStringBuilder(pooled.ConnectionString) { Pooling = false, CommandTimeout = AnswerSeconds, KeepAlive = 5, MaxAutoPrepare = 64, AutoPrepareMinUsages = 2 };
        unpooled = held.ConnectionString;
        quick = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(pooled.ConnectionString) { CommandTimeout = AnswerSeconds, MaxPoolSize = 4 }.ConnectionString).Build();
        contexts = new(new DbContextOptionsBuilder<StorageContext>().UseNpgsql(source).Options);
        histories = new(new DbContextOptionsBuilder<HistoryContext>().UseNpgsql(source, static options => options.MigrationsHistoryTable("__RunsMigrationsHistory")).Options);
    }

    public IJournalFiles? Journals { get; }

    /// <summary>By the server's own number and the database's name there, which are the same for whichever address it is reached by.</summary>
    public string Place
    {
        get
        {
            using var connection = OpenUnpooled();
            try
            {
                using var command = new NpgsqlCommand(PlaceSql, connection);
                return "postgresql " + (string)command.ExecuteScalar()!;
            }
            catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedFunction)
            {
                // A server that keeps its number to itself. Whatever else fails passes, and is no reason to take the database for another.
                return $"postgresql {connection.Host} {connection.Port} {connection.Database}";
            }
        }
    }

    /// <summary>A connection that broke takes its node's name with it, for as long as the node needs to connect again.</summary>
    public TimeSpan NodePatience => TimeSpan.FromSeconds(30);

    public void Prepare()
    {
        if (journalDirectory is not null)
            PrivateFiles.CreateOwnDirectory(journalDirectory);

        // Hosts that start at once make the tables one after the other. A lock of its session's ends with it, however it ends.
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(unpooled) { CommandTimeout = 120 }.ConnectionString);
        connection.Open();
        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_lock({LockClass}, {PrepareLock})"));
        using (var context = Open())
            Migrate(context);
        using (var context = OpenHistory())
            Migrate(context);
    }

    public StorageContext Open() => contexts.CreateDbContext();

    public HistoryContext OpenHistory() => histories.CreateDbContext();

    public IHistorySession OpenHistorySession() => new PostgreSqlHistorySession(OpenUnpooled());

    public bool HasChanged(out StoreChange present)
    {
        try
        {
            using var connection = quick.OpenConnection();
            using var command = new NpgsqlCommand(ChangeSql, connection);
            using var reader = command.ExecuteReader();
            if (!reader.Read())
                throw new InvalidOperationException("The database lacks what the store reads.");
            present = new StoreChange(reader.GetInt64(0), reader.GetString(1));
            var now = (present, reader.GetInt64(2));
            var hasChanged = last != now;
            last = now;
            return hasChanged;
        }
        catch
        {
            // Connections from before would fail one by one.
            quick.Clear();
            source.Clear();
            last = null;
            throw;
        }
    }

    public IDisposable Subscribe(Action changed) => new PostgreSqlNotifications(unpooled, Channel, changed);

    /// <summary>Writes the tables anew: what was deleted or replaced is in the new ones no more.</summary>
    public void Compact()
    {
        using var connection = source.OpenConnection();
        Execute(connection, "VACUUM (FULL) profiles, tokens, administrators, host_keys");
    }

    public async Task<bool> EraseAsync(CancellationToken cancellationToken)
    {
        using var command = source.CreateCommand("VACUUM runs, run_steps, run_calls, run_frames, callbacks, idempotency_keys, uploads, upload_contents");
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    public IDbContextTransaction BeginWrite(StorageContext context)
    {
        var transaction = context.Database.BeginTransaction(IsolationLevel.ReadCommitted);
        context.Database.ExecuteSqlRaw(BeginWriteSql, LockClass, WriteLock, Channel);
        return transaction;
    }

    public async Task<IDbContextTransaction> BeginWriteAsync(StorageContext context, CancellationToken cancellationToken)
    {
        var transaction = await context.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await context.Database.ExecuteSqlRawAsync(BeginWriteSql, [LockClass, WriteLock, Channel], cancellationToken).ConfigureAwait(false);
        return transaction;
    }

    public IQueryable<RunRow> FindRuns(HistoryContext context, string id, string pattern, string escapedPattern) => context.Runs.FromSqlRaw(
        """
        SELECT * FROM runs WHERE "Id" = {0} OR "Error" ILIKE {1} ESCAPE '\'
        OR convert_from("Inputs", 'UTF8') ILIKE {1} ESCAPE '\' OR convert_from("Outputs", 'UTF8') ILIKE {1} ESCAPE '\'
        OR convert_from("Inputs", 'UTF8') ILIKE {2} ESCAPE '\' OR convert_from("Outputs", 'UTF8') ILIKE {2} ESCAPE '\'
        """,
        id,
        pattern,
        escapedPattern);

    /// <summary>Data, a constraint or a size: not a connection, a lock or a disk, which may pass.</summary>
    public bool IsRefusal(DbException error) => error is PostgresException { SqlState: ['2', '2' or '3', ..] or ['5', '4', ..] };

    public DateTimeOffset? BegunAt()
    {
        using var connection = OpenUnpooled();
        using var command = new NpgsqlCommand("SELECT pg_postmaster_start_time()", connection);
        return command.ExecuteScalar() is DateTime begun ? new DateTimeOffset(begun.ToUniversalTime()) : null;
    }

    /// <summary>By a lock of a connection's own: the server lets it go when the connection ends, however it ends.</summary>
    public INodeLock? TryLockNode(string name)
    {
        var connection = OpenUnpooled();
        try
        {
            using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock($1, $2)", connection)
            {
                Parameters = { new() { Value = LockClass }, new() { Value = int.Parse(name.AsSpan("node-".Length), NumberStyles.None, CultureInfo.InvariantCulture) } },
            };
            if (command.ExecuteScalar() is true)
                return new ConnectionNodeLock(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
        connection.Dispose();
        return null;
    }

    public void Dispose()
    {
        source.Dispose();
        quick.Dispose();
    }

    private static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        NpgsqlConnectionStringBuilder parsed;
        try
        {
            parsed = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException or NotSupportedException)
        {
            // Its words may hold a piece of what was given, and that a password.
            throw new ArgumentException("The connection string of PostgreSQL is malformed. It looks like: Host=…;Database=…;Username=…;Password=…", nameof(connectionString));
        }
        if (!parsed.ContainsKey("Timeout"))
            parsed.Timeout = ConnectSeconds;
        parsed.IncludeErrorDetail = false;
        parsed.PersistSecurityInfo = false;
        return parsed;
    }

    private static void Migrate(DbContext context)
    {
        if (context.Database.GetPendingMigrations().Any())
            context.Database.Migrate();
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // Constant texts of this class.
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private NpgsqlConnection OpenUnpooled()
    {
        var connection = new NpgsqlConnection(unpooled);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
