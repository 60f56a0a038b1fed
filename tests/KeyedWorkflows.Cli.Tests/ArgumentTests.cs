using System.Text.Json.Nodes;
using KeyedWorkflows.Cli.Tests.Scene;
using Microsoft.Data.Sqlite;

namespace KeyedWorkflows.Cli.Tests;

/// <summary>Commands that cannot be understood, and keys where none belongs.</summary>
public sealed class ArgumentTests : IDisposable
{
    private readonly Operator anna = new();

    public void Dispose() => anna.Dispose();

    /// <summary>A place where nothing can be written, whoever asks: not even a superuser makes a file there.</summary>
    /// <summary>A copy of a database ends with an extended code: 4874 is that of a file of shared memory that cannot be made as long as it is to be.</summary>
    [Theory]
    [InlineData(4874, "look at owner, mode and mount")]
    [InlineData(270, "look at owner, mode and mount")]
    [InlineData(267, "is damaged")]
    public void An_extended_code_of_sqlite_gets_the_sentence_of_its_kind(int code, string sentence)
    {
        var fault = Faults.Of(new Microsoft.Data.Sqlite.SqliteException("", code));

        Assert.Equal(ExitCodes.Unavailable, fault.ExitCode);
        Assert.Contains(sentence, fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Who reads that a directory is missing wants to know what was done before.</summary>
    [Theory]
    [InlineData("tokens create other --workflow desk --tenant a --out none/file", "Nothing was made.")]
    [InlineData("tokens create other --workflow desk --tenant a --callback-secret-out none/file", "Nothing was made.")]
    [InlineData("tokens rotate web --grace-hours 0 --out none/file", "Nothing was changed.")]
    [InlineData("administrators create ops --out none/file", "Nothing was made.")]
    [InlineData("usage --csv --out none/file", "Nothing was written.")]
    [InlineData("audit report --out none/file", "Nothing was written.")]
    [InlineData("profiles export --out none/file", "Nothing was written.")]
    public async Task A_file_in_a_missing_directory_is_refused_with_what_was_not_done(string command, string then)
    {
        (await anna.RunAsync("tokens", "create", "web", "--workflow", "desk", "--tenant", "a")).Succeeds();

        var refused = (await anna.RunAsync(command.Split(' '))).Ends(ExitCodes.NotFound);

        Assert.Equal($"There is no '{Path.Combine(anna.Work, "none", "file")}', or no directory that it is to be in. {then}\n", refused.Error);
        Assert.Empty(refused.Output);
        Assert.Equal(["web"], (await anna.RunAsync("tokens", "list", "--json")).Succeeds().Json["tokens"]!.AsArray().Select(static token => (string)token!["name"]!));
        Assert.Empty((await anna.RunAsync("administrators", "list", "--json")).Succeeds().Json["administrators"]!.AsArray());
    }

    [Fact]
    public async Task Where_nothing_can_be_written_that_is_said_and_nothing_is_left()
    {
        Assert.SkipUnless(Directory.Exists("/sys/kernel"), "There is no such place on this system.");

        var ran = await anna.RunAsync(Answers.Hidden(Operator.NewKey()), "profiles", "add", "client_a", "--tenant", "client-a", "--store", "/sys/kernel/keyedworkflows");

        ran.Ends(ExitCodes.Unavailable);
        Assert.Contains("Nothing was changed.", ran.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists("/sys/kernel/keyedworkflows"));
    }

    [Theory]
    [InlineData("profiles export --out .")]
    [InlineData("usage --csv --force --out .")]
    [InlineData("audit report --csv --out .")]
    [InlineData("backup --force .")]
    public async Task A_directory_in_the_place_of_a_file_is_said(string line)
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());

        var ran = (await anna.RunAsync(line.Split(' '))).Ends(ExitCodes.Conflict);

        Assert.Contains($"'{anna.Work}' is a directory: name a file in it.", ran.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(anna.Work));
    }

    [Fact]
    public async Task A_key_among_the_arguments_is_refused_and_repeated_nowhere()
    {
        var key = $"sk-proj-{Guid.NewGuid():N}T3BlbkFJ{Guid.NewGuid():N}";
        var token = "app-" + Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        foreach (var arguments in (string[][])[
            ["profiles", "add", key], ["profiles", "add", "client_a", key], ["profiles", "add", "client_a", "--model", key], ["profiles", "add", "client_a", "--tenant=" + key], ["profiles", "rotate", "client_a", key],
            ["profiles", "show", key], ["tokens", "revoke", token], ["run", "desk", "--token-file=" + token], ["usage", "--tenant", key], [key], ["profiles", "add", "client_a", "--label", "key=" + key], ["--store", key, "profiles", "list"]])
        {
            var ran = await anna.RunAsync(arguments);
            Assert.Contains(arguments[^1].Contains(token, StringComparison.Ordinal) ? "looks like a token" : "looks like a key", ran.Ends(ExitCodes.Usage).Error, StringComparison.Ordinal);
        }
        Canary.IsNotIn(anna.Everything, key[^32..], token[4..]);
        Assert.False(Directory.Exists(anna.Store));

        // A file may be called so.
        Assert.DoesNotContain("looks like", (await anna.RunAsync("profiles", "import", "whsec_of-client-a.json")).Ends(ExitCodes.NotFound).Error, StringComparison.Ordinal);
    }

    /// <summary>Not every key has a known form.</summary>
    [Fact]
    public async Task What_is_not_understood_is_not_repeated_either()
    {
        var key = Operator.NewKey();
        foreach (var arguments in (string[][])[
            ["profiles", "add", "client_a", key], ["profiles", "add", "client_a", "--key", key], ["profiles", "add", "client_a", "--api-key=" + key], ["profiles", "add", "client_a", "--unknown", key], [key], ["profiles", key],
            ["profiles", "list", key], ["tokens", "create", "a", "--workflow", "desk", "--requests-per-minute", key], ["usage", "--month", key], ["usage", "--by", key], ["usage", "--time-zone", key],
            ["profiles", "add", "client_a", "--endpoint", key], ["profiles", "add", "client_a", "--label", key], ["profiles", "list", "--postgres-file", key]])
        {
            var ran = await anna.RunAsync(arguments);
            Assert.True(ran.Code is ExitCodes.Usage or ExitCodes.NotFound or ExitCodes.Refused, ran.Screen);
            Assert.NotEqual("", ran.Error);
        }
        Canary.IsNotIn(anna.Everything, key);
    }

    [Fact]
    public async Task A_connection_string_is_no_argument()
    {
        var password = Operator.NewKey();

        var ran = await anna.RunAsync("profiles", "list", "--postgres", $"Host=localhost;Password={password}");
        anna.Set("KEYEDWORKFLOWS_POSTGRES", null);
        var missing = await anna.RunAsync("profiles", "list", "--postgres");

        Assert.Contains("KEYEDWORKFLOWS_POSTGRES", ran.Ends(ExitCodes.Usage).Error, StringComparison.Ordinal);
        Assert.Contains("KEYEDWORKFLOWS_POSTGRES", missing.Ends(ExitCodes.Usage).Error, StringComparison.Ordinal);
        Canary.IsNotIn(anna.Everything, password);
    }

    [Theory]
    [InlineData("profils list", "Did you mean 'profiles'?")]
    [InlineData("profiles lst", "Did you mean 'list'?")]
    [InlineData("profiles list --tenent a", "Did you mean '--tenant'?")]
    [InlineData("profiles", "needs to be told what to do: add, list, show")]
    [InlineData("profiles show", "needs PROFILE")]
    [InlineData("tokens create a", "needs --workflow")]
    [InlineData("profiles list --tenant", "cannot take what was given for --tenant")]
    public async Task What_is_meant_is_said(string line, string sentence)
    {
        var ran = await anna.RunAsync(line.Split(' '));

        Assert.Contains(sentence, ran.Ends(ExitCodes.Usage).Error, StringComparison.Ordinal);
        Assert.Equal("", ran.Output);
    }

    [Fact]
    public async Task Under_json_a_failure_is_one_line_of_json_on_standard_error()
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());
        (string Line, int Code, string Name)[] failures =
        [
            ("profiles show client_b --json", ExitCodes.NotFound, "not_found"), ("profiles list --tenent a --json", ExitCodes.Usage, "usage"), ("profiles delete client_a --json", ExitCodes.Usage, "usage"),
            ("limits set client_a --requests-per-minute 0 --json", ExitCodes.Refused, "refused"), ("profiles add client_a --json", ExitCodes.Conflict, "conflict"), ("profiles list --host http://127.0.0.1:1 --json", ExitCodes.Unavailable, "unavailable"),
        ];
        anna.IsAtTerminal = false;
        anna.Set("KEYEDWORKFLOWS_ADMIN_TOKEN", "adm-" + new string('a', 43));
        foreach (var (line, code, name) in failures)
        {
            var ran = (await anna.RunAsync(line.Split(' '))).Ends(code);
            Assert.Equal("", ran.Output);
            var error = JsonNode.Parse(Assert.Single(ran.Error.TrimEnd('\n').Split('\n')))!["error"]!;
            Assert.Equal((name, code), ((string)error["code"]!, (int)error["exit_code"]!));
            Assert.NotEqual("", (string?)error["message"]);
        }
    }

    [Fact]
    public async Task Help_shows_what_is_typed()
    {
        foreach (var line in (string[])["--help", "profiles --help", "profiles add --help"])
        {
            var help = (await anna.RunAsync(line.Split(' '))).Succeeds().Output;
            Assert.Contains("  workflows ", help, StringComparison.Ordinal);
            Assert.DoesNotContain("KeyedWorkflows.Cli", help, StringComparison.Ordinal);
        }
        Assert.Matches(@"^\d+\.\d+", (await anna.RunAsync("--version")).Succeeds().Output);
        Assert.Contains("metadata: ", (await anna.RunAsync("serve", "--help")).Succeeds().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_command_explains_itself_and_shows_how_it_is_typed()
    {
        foreach (var line in (string[])["profiles add", "profiles list", "profiles show", "profiles rotate", "profiles update", "profiles enable", "profiles disable", "profiles delete", "profiles test", "profiles export", "profiles import",
            "tokens create", "tokens list", "tokens enable", "tokens disable", "tokens revoke", "tenants check", "usage"])
        {
            var help = (await anna.RunAsync([.. line.Split(' '), "--help"])).Succeeds().Output;
            Assert.Contains("Examples:", help, StringComparison.Ordinal);
            Assert.Contains("  workflows " + line, help, StringComparison.Ordinal);
        }
        Assert.Contains("profiles", (await anna.RunAsync("--help")).Succeeds().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_is_not_there_is_said_and_not_made()
    {
        var ran = await anna.RunAsync("profiles", "list");

        Assert.Contains("There is no store in", ran.Ends(ExitCodes.NotFound).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(anna.Store));
    }

    /// <summary>Who named the wrong directory would otherwise look for the profile in the right one.</summary>
    [Fact]
    public async Task A_store_that_is_made_is_said()
    {
        var made = $"There was no store in '{anna.Store}': one is made.";

        var first = await anna.RunAsync(Answers.Hidden(Operator.NewKey()), "profiles", "add", "a");
        var second = await anna.RunAsync("tokens", "create", "a", "--workflow", "desk");
        anna.Set("KEYEDWORKFLOWS_STORE", anna.PathOf("another"));
        var json = await anna.RunAsync("tokens", "create", "a", "--workflow", "desk", "--json");

        Assert.Contains(made, first.Succeeds().Error, StringComparison.Ordinal);
        Assert.DoesNotContain("one is made", second.Succeeds().Error, StringComparison.Ordinal);
        Assert.Contains("one is made", json.Succeeds().Error, StringComparison.Ordinal);
    }

    /// <summary>A token that may only read would seem to have changed something.</summary>
    [Fact]
    public async Task A_token_for_no_host_is_refused()
    {
        await anna.AddProfileAsync("a", "client-a", Operator.NewKey());
        (await anna.RunAsync("administrators", "create", "reader", "--read-only", "--out", "reader.token")).Succeeds();

        foreach (var command in (string[][])[["profiles", "disable", "a"], ["tokens", "list"], ["backup", "b.tar.gz"], ["serve", "--assembly", "none.dll"]])
            Assert.Contains("Give --host URL", (await anna.RunAsync([.. command, "--token-file", "reader.token"])).Ends(ExitCodes.Usage).Error, StringComparison.Ordinal);

        Assert.True((bool)(await anna.RunAsync("profiles", "show", "a", "--json")).Json["enabled"]!);
    }

    [Fact]
    public async Task A_store_that_would_protect_nothing_is_not_made()
    {
        anna.Set("KEYEDWORKFLOWS_RING_KEY_FILE", null);

        var production = await anna.RunAsync(Answers.Hidden(Operator.NewKey()), "profiles", "add", "a");
        anna.Set("DOTNET_ENVIRONMENT", "Development");
        anna.Set("KEYEDWORKFLOWS_STORE", null);
        (await anna.RunAsync(Answers.Hidden(Operator.NewKey()), "profiles", "add", "a")).Succeeds();

        Assert.Contains("--ring-key-file", production.Ends(ExitCodes.Unavailable).Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(anna.Work, ".keyedworkflows/database/workflows.db")));
        Assert.Equal("*\n", File.ReadAllText(Path.Combine(anna.Work, ".keyedworkflows/.gitignore")));
    }

    [Theory]
    [InlineData("INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101000000_Later', '99.0.0')", "newer version")]
    [InlineData("DELETE FROM \"__EFMigrationsHistory\" WHERE \"MigrationId\" = (SELECT MAX(\"MigrationId\") FROM \"__EFMigrationsHistory\")", "older version")]
    public async Task A_store_of_another_version_is_said_and_left_alone(string sql, string sentence)
    {
        await anna.AddProfileAsync("a", "client-a", Operator.NewKey());
        await ExecuteAsync(sql);

        foreach (var command in (string[][])[["profiles", "list"], ["tokens", "create", "a", "--workflow", "desk"]])
            Assert.Contains(sentence, (await anna.RunAsync(command)).Ends(ExitCodes.Unavailable).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_would_bring_a_store_up_to_date_leaves_one_of_a_newer_version_alone()
    {
        await anna.AddProfileAsync("a", "client-a", Operator.NewKey());
        await ExecuteAsync("INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101000000_Later', '99.0.0')");
        (await anna.RunAsync("backup", "newer.tar.gz")).Succeeds();
        using var fresh = new Operator();
        fresh.Set("KEYEDWORKFLOWS_RING_KEY_FILE", anna.RingKeyFile);

        var served = (await anna.RunAsync("serve", "--assembly", typeof(ArgumentTests).Assembly.Location, "--urls", "http://127.0.0.1:0")).Ends(ExitCodes.Unavailable);
        var restored = (await fresh.RunAsync("restore", Path.Combine(anna.Work, "newer.tar.gz"))).Ends(ExitCodes.Unavailable);

        Assert.Contains("newer version", served.Error, StringComparison.Ordinal);
        Assert.Contains("newer version", restored.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(fresh.Store));
    }

    [Fact]
    public async Task A_directory_that_cannot_be_entered_is_not_taken_for_an_empty_one()
    {
        // Root may enter every directory, and on Windows there are no modes.
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
            return;
        await anna.AddProfileAsync("a", "client-a", Operator.NewKey());
        File.SetUnixFileMode(anna.Store, UnixFileMode.None);
        try
        {
            Assert.Contains("cannot be entered by this user", (await anna.RunAsync("profiles", "list")).Ends(ExitCodes.Unavailable).Error, StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(anna.Store, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task A_damaged_database_gets_a_sentence()
    {
        await anna.AddProfileAsync("a", "client-a", Operator.NewKey());
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(anna.Database)!, "workflows.db*"))
            File.Delete(file);
        File.WriteAllText(anna.Database, new string('x', 8192));

        var ran = await anna.RunAsync("profiles", "list");

        Assert.Contains("damaged", ran.Ends(ExitCodes.Unavailable).Error, StringComparison.Ordinal);
    }

    private async Task ExecuteAsync(string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = anna.Database, Pooling = false }.ToString());
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constant texts of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        Assert.Equal(1, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
    }
}
