using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>A server of PostgreSQL of the tests' own: its data in a temporary directory, its port a random one on loopback. The cluster that the system may have is left alone.</summary>
internal sealed class PostgreSqlServer : IDisposable
{
    private static readonly Lazy<PostgreSqlServer> TheShared = new(static () => new PostgreSqlServer(), LazyThreadSafetyMode.ExecutionAndPublication);

    private readonly string directory = System.IO.Directory.CreateTempSubdirectory("kw-pg-").FullName;
    private readonly int port = FreePort();
    private readonly Process keeper;

    public PostgreSqlServer()
    {
        if (Environment.IsPrivilegedProcess)
            Run("chown", "postgres", directory);
        Serve("initdb", "-D", Data, "-U", "kw", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        keeper = Keep();
        Start();
    }

    /// <summary>The server that all tests share, each with a database of its own.</summary>
    public static PostgreSqlServer Shared => TheShared.Value;

    /// <summary>Why there is none here; null where there is.</summary>
    public static string? Absence => Programs is null ? "PostgreSQL is not installed: apt-get install postgresql." : null;

    private static string? Programs { get; } = System.IO.Directory.Exists("/usr/lib/postgresql")
        ? System.IO.Directory.GetDirectories("/usr/lib/postgresql").OrderBy(static version => version.Length).ThenBy(static version => version, StringComparer.Ordinal).Select(static version => Path.Combine(version, "bin")).LastOrDefault(static bin => File.Exists(Path.Combine(bin, "initdb")))
        : null;

    private string Data => Path.Combine(directory, "data");

    public static void StopShared()
    {
        if (TheShared.IsValueCreated)
            TheShared.Value.Dispose();
    }

    public string CreateDatabase()
    {
        var name = "kw_" + Guid.NewGuid().ToString("N");
        Execute("postgres", $"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    public void DropDatabase(string connectionString) => Execute("postgres", $"DROP DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    /// <summary>Makes a database anew, under the name that it had.</summary>
    public void RenewDatabase(string connectionString)
    {
        DropDatabase(connectionString);
        Execute("postgres", $"CREATE DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database}");
    }

    public void Start() => Serve("pg_ctl", "-D", Data, "-w", "-l", Path.Combine(directory, "log"), "-o", $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c max_connections=400", "start");

    /// <summary>Ends it as a machine that fails does: no connection is waited for.</summary>
    public void Stop() => Serve("pg_ctl", "-D", Data, "-w", "-m", "immediate", "stop");

    public void Dispose()
    {
        keeper.StandardInput.Close();
        keeper.WaitForExit();
        keeper.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        var said = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} failed: {(said.Wait(1_000) ? said.Result : "")}");
    }

    /// <summary>Waits for the end of this process, however it ends, and takes the server away.</summary>
    private Process Keep()
    {
        string[] stop = [.. AsServer, Path.Combine(Programs!, "pg_ctl"), "-D", Data, "-w", "-m", "immediate", "stop"];
        return Process.Start(new ProcessStartInfo("sh", ["-c", "cat; \"$@\"; rm -rf \"$0\"", directory, .. stop]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
    }

    /// <summary>PostgreSQL does not run as root.</summary>
    private static string[] AsServer => Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--"] : [];

    private static void Serve(string program, params string[] arguments)
    {
        string[] all = [.. AsServer, Path.Combine(Programs!, program), .. arguments];
        Run(all[0], all[1..]);
    }

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={port};Database={database};Username=kw;Password=of-the-tests;Maximum Pool Size=20";

    private void Execute(string database, string sql)
    {
        using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
