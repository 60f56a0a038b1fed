using System.CommandLine;

namespace KeyedWorkflows.Cli;

/// <summary>What every command takes: which store, and how results are told.</summary>
internal sealed class GlobalOptions
{
    public Option<string?> Store { get; } = new("--store") { Description = "The store's directory, with 'database' and 'ring' in it. Else KEYEDWORKFLOWS_STORE, else .keyedworkflows here.", HelpName = "DIR", Recursive = true };

    public Option<string?> Ring { get; } = new("--ring") { Description = "The key ring's directory, where it is not 'ring' in the store's. Else KEYEDWORKFLOWS_RING.", HelpName = "DIR", Recursive = true };

    public Option<string?> RingKeyFile { get; } = new("--ring-key-file") { Description = "The file of the key that wraps the ring (openssl rand -base64 32). Else KEYEDWORKFLOWS_RING_KEY_FILE.", HelpName = "FILE", Recursive = true };

    public Option<string[]> FormerRingKeyFiles { get; } = new("--former-ring-key-file") { Description = "A file of a key that wrapped the ring before.", HelpName = "FILE", Recursive = true };

    public Option<bool> PostgreSql { get; } = new("--postgres") { Description = "The store lies in PostgreSQL: the connection string stands in KEYEDWORKFLOWS_POSTGRES.", Recursive = true };

    public Option<string?> PostgreSqlFile { get; } = new("--postgres-file") { Description = "The same, with the connection string in a file.", HelpName = "FILE", Recursive = true };

    public Option<bool> AllowUnprotectedRing { get; } = new("--allow-unprotected-ring") { Description = "Opens a store outside Development whose ring nothing wraps.", Recursive = true };

    public Option<string?> Host { get; } = new("--host") { Description = "A host in the place of a store: its administration API, with a token (adm-…) from KEYEDWORKFLOWS_ADMIN_TOKEN. For run, explain and graph: its trigger API.", HelpName = "URL", Recursive = true };

    public Option<string?> TokenFile { get; } = new("--token-file") { Description = "A file that holds the token for the host.", HelpName = "FILE", Recursive = true };

    public Option<bool> Json { get; } = new("--json") { Description = "Tells the result as JSON, for scripts.", Recursive = true };

    public IReadOnlyList<Option> All => [Store, Ring, RingKeyFile, FormerRingKeyFiles, PostgreSql, PostgreSqlFile, AllowUnprotectedRing, Host, TokenFile, Json];
}
