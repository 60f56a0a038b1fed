using KeyedWorkflows.Cli.Tests.Scene;

namespace KeyedWorkflows.Cli.Tests;

/// <summary>Ctrl-C and Ctrl-Z at a real terminal, wherever a command waits: it ends at once, with its code, and leaves nothing half done; and what goes on hides what it hid before.</summary>
public sealed class InterruptTests : IDisposable
{
    private readonly Operator anna = new();

    public void Dispose() => anna.Dispose();

    [Fact]
    public async Task At_a_question_nothing_is_deleted()
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());
        await using var shell = await ShellAsync();

        var (shown, code) = await shell.InterruptAsync("workflows profiles delete client_a", "Type 'client_a' to go on: ");

        Assert.Equal("130", code);
        Assert.Contains("Interrupted.", shown, StringComparison.Ordinal);
        (await anna.RunAsync("profiles", "show", "client_a")).Succeeds();
    }

    [Fact]
    public async Task While_the_input_is_typed_nothing_is_run()
    {
        await using var shell = await ShellAsync();

        var (shown, code) = await shell.InterruptAsync("workflows run desk -i - --host http://127.0.0.1:1", "Ctrl-D ends it.");

        Assert.Equal("130", code);
        Assert.Contains("Interrupted.", shown, StringComparison.Ordinal);
    }

    /// <summary>The archive comes through a pipe, of which the rest does not come: as from a disk that hangs.</summary>
    [Fact]
    public async Task While_a_backup_is_unpacked_nothing_is_left()
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());
        (await anna.RunAsync("backup", "backup.tar.gz")).Succeeds();
        await using var shell = await ShellAsync();
        await shell.TypeAsync("mkfifo pipe; mkdir elsewhere; export KEYEDWORKFLOWS_STORE=$PWD/elsewhere/store");
        await shell.TypeAsync("{ head -c 4000 backup.tar.gz; echo is''-read >&2; exec sleep 100; } > pipe &");
        var elsewhere = Path.Combine(anna.Work, "elsewhere");

        // As soon as the first file of some size is being written.
        var (shown, code) = await shell.InterruptAsync("workflows restore pipe", "is-read", () => Directory.EnumerateFiles(elsewhere, "workflows.db.*", SearchOption.AllDirectories).Any());
        await shell.TypeAsync("kill %1");

        Assert.Equal("130", code);
        Assert.Contains("Interrupted.", shown, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere));
    }

    [Fact]
    public async Task After_it_was_suspended_a_key_is_shown_no_more_than_before()
    {
        var key = Operator.NewKey();
        await using var shell = await ShellAsync();

        var shown = await shell.SuspendAsync("workflows profiles add client_a --tenant client-a", "Key of client_a: ", key);

        Assert.Contains("Profile 'client_a' is stored.", shown, StringComparison.Ordinal);
        Canary.IsNotIn(shell.Screen, key);
    }

    [Fact]
    public async Task A_key_that_is_to_come_on_standard_input_is_not_shown_where_that_is_the_terminal()
    {
        var key = Operator.NewKey();
        await using var shell = await ShellAsync();

        var shown = await shell.TypeAsync("workflows profiles add client_a --tenant client-a --key-stdin", "Key of client_a: ", key);

        Assert.Contains("Profile 'client_a' is stored.", shown, StringComparison.Ordinal);
        Canary.IsNotIn(shell.Screen, key);
    }

    private async Task<OperatorShell> ShellAsync()
    {
        Assert.SkipWhen(OperatorShell.Absence is not null, OperatorShell.Absence ?? "");
        var home = Directory.CreateDirectory(anna.PathOf("home")).FullName;
        return await OperatorShell.StartAsync(anna.Work, ShellSurroundings.Of(
            anna.Root, home, ("KEYEDWORKFLOWS_STORE", anna.Store), ("KEYEDWORKFLOWS_RING_KEY_FILE", anna.RingKeyFile), ("KEYEDWORKFLOWS_TOKEN", "app-" + new string('a', 43))));
    }
}
