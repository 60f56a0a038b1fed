using System.Diagnostics;
using KeyedWorkflows.Cli.Tests.Scene;

namespace KeyedWorkflows.Cli.Tests;

/// <summary>What an operator does with callers' tokens.</summary>
public sealed class TokenTests : IDisposable
{
    private readonly Operator anna = new();

    public void Dispose() => anna.Dispose();

    [Fact]
    public async Task A_token_is_shown_once()
    {
        var created = (await anna.RunAsync("tokens", "create", "client-a-web", "--workflow", "desk", "--pinned-tenant", "client-a")).Succeeds();
        var token = created.Output.Split('\n')[0].Split("  ", 2)[1].Trim();

        Assert.StartsWith("app-", token, StringComparison.Ordinal);
        Assert.Contains("whsec_", created.Output, StringComparison.Ordinal);
        var listed = (await anna.RunAsync("tokens", "list")).Succeeds();
        Assert.Contains("client-a-web  desk       pinned: client-a", listed.Output, StringComparison.Ordinal);
        Canary.IsNotIn(listed.Screen + (await anna.RunAsync("tokens", "list", "--json")).Screen, token);
        Canary.IsInNoFile(anna.Root, token);
    }

    [Fact]
    public async Task What_a_token_may_do_is_stored_as_it_was_said()
    {
        await anna.AddProfileAsync("own", "client-c", Operator.NewKey());
        (await anna.RunAsync(
            "tokens", "create", "backend", "--workflow", "desk", "--workflow", "other", "--tenant", "client-a", "--tenant", "client-b", "--profile", "own", "--may-send-key", "--requests-per-minute", "600", "--concurrent-runs", "5",
            "--expires", "2030-01-01T00:00:00Z", "--json")).Succeeds();

        var token = (await anna.RunAsync("tokens", "list", "--tenant", "client-b", "--json")).Succeeds().Json["tokens"]![0]!;

        Assert.Equal(["desk", "other"], token["workflows"]!.AsArray().Select(static name => (string)name!));
        Assert.Equal(["client-a", "client-b"], token["tenants"]!.AsArray().Select(static name => (string)name!));
        Assert.Equal((string?)(await anna.RunAsync("profiles", "show", "own", "--json")).Json["id"], (string?)token["profile_ids"]![0]);
        Assert.True((bool)token["may_send_key"]!);
        Assert.Equal(600, (int)token["requests_per_minute"]!);
        Assert.Equal(5, (int)token["concurrent_runs"]!);
        Assert.Equal("2030-01-01T00:00:00Z", (string?)token["expires_at"]);
        Assert.Empty((await anna.RunAsync("tokens", "list", "--tenant", "client-c", "--json")).Json["tokens"]!.AsArray());
    }

    [Fact]
    public async Task A_token_is_written_into_a_file_of_its_own_and_not_shown()
    {
        (await anna.RunAsync("tokens", "create", "a", "--workflow", "desk", "--pinned-tenant", "client-a", "--out", "token")).Succeeds();

        var file = Path.Combine(anna.Work, "token");
        var token = File.ReadAllText(file).Trim();
        Assert.StartsWith("app-", token, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Canary.IsNotIn(anna.Everything, token);
        (await anna.RunAsync("tokens", "create", "b", "--workflow", "desk", "--pinned-tenant", "client-a", "--out", "token")).Ends(ExitCodes.Conflict);
        Assert.Single((await anna.RunAsync("tokens", "list", "--json")).Json["tokens"]!.AsArray());
    }

    [Fact]
    public async Task The_callback_secret_is_in_a_file_of_its_own_or_it_is_said_that_it_is_not_kept()
    {
        var lost = (await anna.RunAsync("tokens", "create", "a", "--workflow", "desk", "--pinned-tenant", "client-a", "--out", "a.token", "--json")).Succeeds();
        var kept = (await anna.RunAsync("tokens", "create", "b", "--workflow", "desk", "--pinned-tenant", "client-a", "--out", "b.token", "--callback-secret-out", "b.secret", "--json")).Succeeds();
        var shown = (await anna.RunAsync("tokens", "create", "c", "--workflow", "desk", "--pinned-tenant", "client-a", "--callback-secret-out", "c.secret", "--json")).Succeeds();
        (await anna.RunAsync("tokens", "create", "d", "--workflow", "desk", "--out", "d.token", "--callback-secret-out", "b.secret")).Ends(ExitCodes.Conflict);
        (await anna.RunAsync("tokens", "create", "d", "--workflow", "desk", "--out", "d.token", "--callback-secret-out", "d.token")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("tokens", "create", "d", "--workflow", "desk", "--out", "d.token", "--callback-secret-out", "none/d.secret")).Ends(ExitCodes.NotFound);

        Assert.Contains("is not kept", lost.Error, StringComparison.Ordinal);
        Assert.Null((string?)lost.Json["callback_secret_file"]);
        Assert.Empty(kept.Error);
        Assert.Equal((Path.Combine(anna.Work, "b.token"), Path.Combine(anna.Work, "b.secret")), ((string)kept.Json["value_file"]!, (string)kept.Json["callback_secret_file"]!));
        Assert.Null(shown.Json["callback_secret"]);
        Assert.StartsWith("app-", (string)shown.Json["value"]!, StringComparison.Ordinal);
        var secret = File.ReadAllText(Path.Combine(anna.Work, "b.secret")).Trim();
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(anna.Work, "b.secret")));
        Canary.IsNotIn(anna.Everything, secret);
        Assert.False(File.Exists(Path.Combine(anna.Work, "d.token")));
        Assert.Equal(3, (await anna.RunAsync("tokens", "list", "--json")).Json["tokens"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_rotated_token_is_written_into_a_file_of_its_own()
    {
        (await anna.RunAsync("tokens", "create", "a", "--workflow", "desk", "--pinned-tenant", "client-a", "--out", "a.token")).Succeeds();
        (await anna.RunAsync("tokens", "rotate", "a", "--out", "a.token")).Ends(ExitCodes.Conflict);
        (await anna.RunAsync("tokens", "rotate", "a", "--out", "none/a.token")).Ends(ExitCodes.NotFound);
        Assert.Null((string?)(await anna.RunAsync("tokens", "list", "--json")).Json["tokens"]![0]!["former_until"]);

        var rotated = (await anna.RunAsync("tokens", "rotate", "a", "--out", "a2.token", "--json")).Succeeds();

        var token = File.ReadAllText(Path.Combine(anna.Work, "a2.token")).Trim();
        Assert.StartsWith("app-", token, StringComparison.Ordinal);
        Assert.NotEqual(token, File.ReadAllText(Path.Combine(anna.Work, "a.token")).Trim());
        Assert.Equal(Path.Combine(anna.Work, "a2.token"), (string?)rotated.Json["value_file"]);
        Canary.IsNotIn(anna.Everything, token);
    }

    /// <summary>A value that was made and could not be written is lost, and a second rotation would end the one that callers use: so it is tried before.</summary>
    [Theory]
    [InlineData(".", ExitCodes.Conflict)]
    [InlineData("none/a.token", ExitCodes.NotFound)]
    [InlineData("/sys/kernel/a.token", ExitCodes.Unavailable)]
    public async Task A_token_whose_file_cannot_be_written_is_neither_made_nor_rotated(string file, int code)
    {
        Assert.SkipUnless(file[0] != '/' || Directory.Exists(Path.GetDirectoryName(file)), "There is no such place on this system.");
        (await anna.RunAsync("tokens", "create", "a", "--workflow", "desk", "--pinned-tenant", "client-a", "--out", "a.token")).Succeeds();
        var before = (await anna.RunAsync("audit", "list", "--json")).Succeeds().Json["entries"]!.AsArray().Count;

        var rotated = (await anna.RunAsync("tokens", "rotate", "a", "--out", file)).Ends(code);
        (await anna.RunAsync("tokens", "create", "b", "--workflow", "desk", "--pinned-tenant", "client-a", "--out", "b.token", "--callback-secret-out", file)).Ends(code);
        (await anna.RunAsync("administrators", "create", "ops-anna", "--out", file)).Ends(code);

        Assert.DoesNotContain("has a new value", rotated.Error, StringComparison.Ordinal);
        Assert.Equal(before, (await anna.RunAsync("audit", "list", "--json")).Succeeds().Json["entries"]!.AsArray().Count);
        Assert.Equal(["a.token"], Directory.GetFiles(anna.Work).Select(Path.GetFileName));
    }

    /// <summary>Another rotation would end the value that callers use at once.</summary>
    [Fact]
    public async Task A_rotated_value_that_was_lost_is_replaced_while_the_former_one_goes_on()
    {
        (await anna.RunAsync("tokens", "create", "a", "--workflow", "desk", "--pinned-tenant", "client-a", "--out", "a.token")).Succeeds();
        (await anna.RunAsync("tokens", "rotate", "a", "--keep-former")).Ends(ExitCodes.Refused);
        (await anna.RunAsync("tokens", "rotate", "a", "--keep-former", "--grace-hours", "2")).Ends(ExitCodes.Usage);
        anna.IsOutputLost = true;
        var lost = (await anna.RunAsync("tokens", "rotate", "a", "--grace-hours", "48")).Ends(ExitCodes.Unavailable);
        anna.IsOutputLost = false;
        var until = (string?)(await anna.RunAsync("tokens", "list", "--json")).Json["tokens"]![0]!["former_until"];

        var replaced = (await anna.RunAsync("tokens", "rotate", "a", "--keep-former", "--out", "a2.token")).Succeeds();

        Assert.Contains("the old one stays taken as long: workflows tokens rotate a --keep-former", lost.Error, StringComparison.Ordinal);
        Assert.Contains("The value before the last is taken until", replaced.Error, StringComparison.Ordinal);
        Assert.Equal(until, (string?)(await anna.RunAsync("tokens", "list", "--json")).Json["tokens"]![0]!["former_until"]);
        await using var host = await DeskHost.StartAsync(anna);
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());
        foreach (var file in (string[])["a.token", "a2.token"])
            Assert.NotEqual(401, (await host.AskAsync(File.ReadAllText(Path.Combine(anna.Work, file)).Trim())).Status);
    }

    /// <summary>A token that nobody holds, and that could be taken for one that was handed over.</summary>
    [Fact]
    public async Task A_token_that_cannot_be_written_is_revoked()
    {
        (await anna.RunAsync("tokens", "create", "a", "--workflow", "desk", "--pinned-tenant", "client-a", "--out", "no-such-directory/token")).Ends(ExitCodes.NotFound);
        Assert.Contains($"There is no '{Path.Combine(anna.Work, "no-such-directory", "token")}'", anna.Everything, StringComparison.Ordinal);

        Assert.Empty((await anna.RunAsync("tokens", "list", "--json")).Json["tokens"]!.AsArray());
    }

    [Fact]
    public async Task A_token_that_cannot_be_shown_is_revoked_and_that_is_said()
    {
        (await anna.RunAsync("tokens", "create", "kept", "--workflow", "desk", "--pinned-tenant", "client-a")).Succeeds();
        anna.IsOutputLost = true;

        var token = await anna.RunAsync("tokens", "create", "a", "--workflow", "desk", "--pinned-tenant", "client-a");
        var json = await anna.RunAsync("tokens", "create", "a", "--workflow", "desk", "--pinned-tenant", "client-a", "--json");
        var administrator = await anna.RunAsync("administrators", "create", "ops-anna");
        var rotated = await anna.RunAsync("tokens", "rotate", "kept");
        (await anna.RunAsync("tokens", "create", "a", "--workflow", "desk", "--callback-secret-out", "a.secret")).Ends(ExitCodes.Unavailable);

        // Nor does what was written of it stay, where it would hold up the next.
        Assert.Empty(Directory.GetFiles(anna.Work));
        foreach (var lost in (Ran[])[token, json, administrator])
            Assert.Contains("was made, and could not be shown: standard output is closed, or its disk is full. It is revoked again", lost.Ends(ExitCodes.Unavailable).Error, StringComparison.Ordinal);
        Assert.Contains("has a new value, which could not be shown", rotated.Ends(ExitCodes.Unavailable).Error, StringComparison.Ordinal);
        Assert.Equal("kept", (string?)Assert.Single((await anna.RunAsync("tokens", "list", "--json")).Succeeds().Json["tokens"]!.AsArray())!["name"]);
        Assert.Empty((await anna.RunAsync("administrators", "list", "--json")).Succeeds().Json["administrators"]!.AsArray());
        Assert.DoesNotContain("app-", token.Screen + json.Screen + rotated.Screen, StringComparison.Ordinal);
    }

    /// <summary>Whoever is told to repeat a rotation ends the value that callers use, and whoever repeats a batch pays it again.</summary>
    [Theory]
    [InlineData("> /dev/full")]
    [InlineData(">&-")]
    public async Task An_answer_that_went_nowhere_is_told_apart_from_a_change_that_failed(string redirection)
    {
        (await anna.RunAsync("tokens", "create", "a", "--workflow", "desk", "--pinned-tenant", "client-a")).Succeeds();

        var said = await RedirectAsync("tokens update a --requests-per-minute 7", redirection);

        Assert.Contains("What the command was to do is done", said, StringComparison.Ordinal);
        Assert.DoesNotContain("epeat the command", said, StringComparison.Ordinal);
        Assert.Contains("code 5", said, StringComparison.Ordinal);
        Assert.Equal(7, (int)(await anna.RunAsync("tokens", "show", "a", "--json")).Succeeds().Json["requests_per_minute"]!);
    }

    [Fact]
    public async Task A_token_loses_all_tenants_and_profiles_by_a_word_and_a_second_rotation_says_what_it_ends()
    {
        await anna.AddProfileAsync("own", "client-a", Operator.NewKey());
        (await anna.RunAsync("tokens", "create", "a", "--workflow", "desk", "--tenant", "client-a", "--profile", "own", "--json")).Succeeds();

        (await anna.RunAsync("tokens", "update", "a", "--tenant", "none", "--profile", "none")).Succeeds();
        (await anna.RunAsync("tokens", "update", "a", "--workflow", "none")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("tokens", "update", "a", "--tenant", "none", "--tenant", "client-a")).Ends(ExitCodes.Usage);
        var first = (await anna.RunAsync("tokens", "rotate", "a")).Succeeds();
        var second = (await anna.RunAsync("tokens", "rotate", "a")).Succeeds();

        var token = (await anna.RunAsync("tokens", "show", "a", "--json")).Succeeds().Json;
        Assert.Empty(token["tenants"]!.AsArray());
        Assert.Empty(token["profile_ids"]!.AsArray());
        Assert.DoesNotContain("is taken no more", first.Error, StringComparison.Ordinal);
        Assert.Contains("is taken no more", second.Error, StringComparison.Ordinal);
    }

    /// <summary>As a shell leaves standard output: the writer of .NET's console is silent where the reader has gone.</summary>
    [Theory]
    [InlineData("> /dev/full")]
    [InlineData(">&-")]
    [InlineData("| (exec <&-; read x)")]
    public async Task The_process_notices_that_its_output_went_nowhere(string redirection)
    {
        var said = await RedirectAsync("tokens create a --workflow desk", redirection);

        Assert.Contains("could not be shown", said, StringComparison.Ordinal);
        Assert.Contains("code 5", said, StringComparison.Ordinal);
        Assert.Empty((await anna.RunAsync("tokens", "list", "--json")).Succeeds().Json["tokens"]!.AsArray());
    }

    /// <summary>What is said beside the result need not arrive: a command that ended for it would leave a token that nobody has seen.</summary>
    [Theory]
    [InlineData("2> /dev/full")]
    [InlineData("2>&-")]
    public async Task A_standard_error_that_goes_nowhere_ends_no_command(string redirection)
    {
        var shown = await RedirectAsync("tokens create a --workflow desk " + redirection, ">&2");
        var nowhere = await RedirectAsync("tokens create b --workflow desk > /dev/full " + redirection, ">&2");
        var json = await RedirectAsync("tokens create c --workflow desk --json > /dev/full " + redirection, ">&2");
        var none = await RedirectAsync("profiles show none " + redirection, ">&2");
        var usage = await RedirectAsync("profiles list --none " + redirection, ">&2");

        Assert.Contains("app-", shown, StringComparison.Ordinal);
        Assert.EndsWith("code 0\n", shown, StringComparison.Ordinal);
        Assert.Equal(("code 5\n", "code 5\n", "code 3\n", "code 2\n"), (nowhere, json, none, usage));
        Assert.Equal("a", (string?)Assert.Single((await anna.RunAsync("tokens", "list", "--json")).Succeeds().Json["tokens"]!.AsArray())!["name"]);
    }

    [Fact]
    public async Task A_token_of_administration_is_told_for_scripts()
    {
        var shown = (await anna.RunAsync("administrators", "create", "ops", "--json")).Succeeds();
        var written = (await anna.RunAsync("administrators", "create", "reader", "--read-only", "--out", "reader.token", "--json")).Succeeds();
        var revoked = (await anna.RunAsync("administrators", "revoke", "reader", "--yes", "--json")).Succeeds();

        Assert.Equal(("ops", "write"), ((string)shown.Json["name"]!, (string)shown.Json["scope"]!));
        Assert.StartsWith("adm-", (string)shown.Json["value"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("adm-", shown.Error, StringComparison.Ordinal);
        Assert.Equal(("read", Path.Combine(anna.Work, "reader.token"), null), ((string)written.Json["scope"]!, (string)written.Json["value_file"]!, written.Json["value"]));
        Assert.Equal(((string)written.Json["id"]!, "reader"), ((string)revoked.Json["revoked"]!, (string)revoked.Json["name"]!));
        Assert.DoesNotContain("adm-", written.Screen + revoked.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_token_may_do_is_changed_and_what_is_not_named_stays()
    {
        await anna.AddProfileAsync("client_c", "client-c", Operator.NewKey());
        (await anna.RunAsync("tokens", "create", "a", "--workflow", "desk", "--tenant", "client-a", "--may-send-key", "--requests-per-minute", "60", "--expires", "30", "--out", "a.token")).Succeeds();
        (await anna.RunAsync("limits", "set", "a", "--of-token", "--day-tokens", "1000")).Succeeds();
        var before = (await anna.RunAsync("tokens", "show", "a", "--json")).Succeeds().Json;

        (await anna.RunAsync("tokens", "update", "a")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("tokens", "update", "a", "--requests-per-minute", "0")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("tokens", "update", "nobody", "--name", "b")).Ends(ExitCodes.NotFound);
        Assert.Equal("Token 'b' is changed. Its value stays.\n", (await anna.RunAsync("tokens", "update", "a", "--name", "b", "--workflow", "one", "--workflow", "two", "--profile", "client_c", "--concurrent-runs", "3")).Succeeds().Output);
        var first = (await anna.RunAsync("tokens", "show", "b", "--json")).Succeeds().Json;
        var second = (await anna.RunAsync("tokens", "update", "b", "--may-send-key", "false", "--requests-per-minute", "none", "--expires", "none", "--tenant", "client-b", "--json")).Succeeds().Json;
        var shown = (await anna.RunAsync("tokens", "show", "b")).Succeeds().Output;

        Assert.Equal(["one", "two"], first["workflows"]!.AsArray().Select(static one => (string)one!));
        Assert.Equal((true, 60, 3), ((bool)first["may_send_key"]!, (int)first["requests_per_minute"]!, (int)first["concurrent_runs"]!));
        foreach (var stays in (string[])["id", "tenants", "limits", "expires_at", "created_at", "enabled"])
            Assert.Equal(before[stays]!.ToJsonString(), first[stays]!.ToJsonString());
        Assert.Equal((false, null, null, 3), ((bool)second["may_send_key"]!, (int?)second["requests_per_minute"], (string?)second["expires_at"], (int)second["concurrent_runs"]!));
        Assert.Equal("client-b", (string?)Assert.Single(second["tenants"]!.AsArray()));
        Assert.Matches(@"name +b\n[\s\S]*workflows +one, two\ntenants +client-b\nprofiles +client_c\nsends keys +no\nruns at once +3\nlimits +1000 tokens a day\n", shown);
        Assert.DoesNotContain("app-", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_disabled_enabled_and_revoked()
    {
        (await anna.RunAsync("tokens", "create", "a", "--workflow", "desk", "--pinned-tenant", "client-a")).Succeeds();

        (await anna.RunAsync("tokens", "disable", "a")).Succeeds();
        Assert.False((bool)(await anna.RunAsync("tokens", "list", "--json")).Json["tokens"]![0]!["enabled"]!);
        (await anna.RunAsync("tokens", "enable", "a")).Succeeds();
        Assert.True((bool)(await anna.RunAsync("tokens", "list", "--json")).Json["tokens"]![0]!["enabled"]!);
        (await anna.RunAsync(Answers.Line("no"), "tokens", "revoke", "a")).Ends(ExitCodes.Refused);
        (await anna.RunAsync(Answers.Line("a"), "tokens", "revoke", "a")).Succeeds();

        Assert.Empty((await anna.RunAsync("tokens", "list", "--json")).Json["tokens"]!.AsArray());
        (await anna.RunAsync("tokens", "revoke", "a", "--yes")).Ends(ExitCodes.NotFound);
    }

    [Fact]
    public async Task What_a_token_may_not_be_is_said()
    {
        (await anna.RunAsync("tokens", "create", "a", "--workflow", "desk", "--pinned-tenant", "client-a")).Succeeds();

        (await anna.RunAsync("tokens", "create", "a", "--workflow", "desk")).Ends(ExitCodes.Conflict);
        (await anna.RunAsync("tokens", "create", "b")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("tokens", "create", "b", "--workflow", "desk", "--requests-per-minute", "0")).Ends(ExitCodes.Refused);
        (await anna.RunAsync("tokens", "create", "b", "--workflow", "desk", "--requests-per-minute", "many")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("tokens", "create", "b", "--workflow", "desk", "--pinned-tenant", "client-a", "--tenant", "client-b")).Ends(ExitCodes.Refused);
        (await anna.RunAsync("tokens", "create", "b", "--workflow", "desk", "--profile", "nobody")).Ends(ExitCodes.NotFound);
        (await anna.RunAsync("tokens", "create", "b", "--workflow", "desk", "--expires", "2001-01-01")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("tokens", "create", "b", "--workflow", "desk", "--expires", "someday")).Ends(ExitCodes.Usage);
        Assert.Single((await anna.RunAsync("tokens", "list", "--json")).Json["tokens"]!.AsArray());
    }

    /// <summary>Has a shell run a command as a process of its own, its output redirected.</summary>
    /// <returns>What it said on standard error, and its exit code.</returns>
    private async Task<string> RedirectAsync(string arguments, string redirection)
    {
        Assert.SkipUnless(File.Exists("/bin/bash") && File.Exists("/dev/full"), "There is no bash here, or no /dev/full.");
        var command = $"dotnet '{typeof(CommandLine).Assembly.Location}' {arguments}";
        var start = new ProcessStartInfo("/bin/bash", ["-c", $"{{ {command}; echo code $? >&2; }} {redirection}"]) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var name in (string[])["KEYEDWORKFLOWS_STORE", "KEYEDWORKFLOWS_RING_KEY_FILE"])
            start.Environment[name] = anna.Variable(name);
        using var shell = Process.Start(start)!;
        shell.StandardInput.Close();

        return await shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
