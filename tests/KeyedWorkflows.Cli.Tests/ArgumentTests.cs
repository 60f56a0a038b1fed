using KeyedWorkflows.Cli.Tests.Scene;

namespace KeyedWorkflows.Cli.Tests;

/// <summary>Commands that cannot be understood, and keys where none belongs.</summary>
public sealed class ArgumentTests : IDisposable
{
    private readonly Operator anna = new();

    public void Dispose() => anna.Dispose();

    [Fact]
    public async Task A_key_among_the_arguments_is_refused_and_repeated_nowhere()
    {
        var key = $"sk-proj-{Guid.NewGuid():N}T3BlbkFJ{Guid.NewGuid():N}";
        var token = "app-" + Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        foreach (var arguments in (string[][])[
            ["profiles", "add", key], ["profiles", "add", "client_a", key], ["profiles", "add", "client_a", "--model", key], ["profiles", "add", "client_a", "--tenant=" + key], ["profiles", "rotate", "client_a", key],
            ["profiles", "show", key], ["tokens", "revoke", token], ["usage", "--tenant", key], [key], ["profiles", "add", "client_a", "--label", "key=" + key], ["--store", key, "profiles", "list"]])
        {
            var ran = await anna.RunAsync(arguments);
            Assert.Contains("looks like a key", ran.Ends(ExitCodes.Usage).Error, StringComparison.Ordinal);
        }
        Canary.IsNotIn(anna.Everything, key[^32..], token[4..]);
        Assert.False(Directory.Exists(anna.Store));
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
    public async Task Every_command_explains_itself_and_shows_how_it_is_typed()
    {
        foreach (var line in (string[])["profiles add", "profiles list", "profiles show", "profiles rotate", "profiles enable", "profiles disable", "profiles delete", "profiles test", "profiles export", "profiles import",
            "tokens create", "tokens list", "tokens enable", "tokens disable", "tokens revoke", "usage"])
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

    [Fact]
    public async Task A_key_that_wraps_another_ring_reads_nothing_and_breaks_nothing()
    {
        await anna.AddProfileAsync("a", "client-a", Operator.NewKey());
        using var other = new Operator();
        var right = anna.RingKeyFile;

        anna.Set("KEYEDWORKFLOWS_RING_KEY_FILE", other.RingKeyFile);
        var blind = await anna.RunAsync("profiles", "list", "--json");
        anna.Set("KEYEDWORKFLOWS_RING_KEY_FILE", right);
        var seeing = await anna.RunAsync("profiles", "list", "--json");

        Assert.Equal(WorkflowErrorCodes.ProfileUnreadable, (string?)blind.Succeeds().Json["profiles"]![0]!["fault_code"]);
        Assert.Null((string?)seeing.Succeeds().Json["profiles"]![0]!["fault_code"]);
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
}
