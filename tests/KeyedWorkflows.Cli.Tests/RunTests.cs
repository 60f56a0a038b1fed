using KeyedWorkflows.Cli.Tests.Scene;
using KeyedWorkflows.Cli.Tests.Workflows;
using KeyedWorkflows.Testing;

namespace KeyedWorkflows.Cli.Tests;

/// <summary>Workflows that an operator serves, runs, explains and draws.</summary>
public sealed class RunTests : IDisposable
{
    private readonly Operator anna = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string Assembly => typeof(Desk).Assembly.Location;

    public void Dispose() => anna.Dispose();

    [Fact]
    public async Task An_assembly_is_served_on_loopback_until_it_is_told_to_stop()
    {
        var key = Operator.NewKey();
        await using var models = await ModelServer.StartAsync(cancellationToken: Ct);
        models.Keys.Add(key);
        anna.Set("KEYEDWORKFLOWS_OPENAI_ENDPOINT", models.Endpoint.AbsoluteUri);
        await anna.AddProfileAsync("client_a", "client-a", key);

        await using var served = anna.Start("serve", "--assembly", Assembly, "--urls", "http://127.0.0.1:0");
        var address = await served.WaitForAsync("Serving desk at ");
        Assert.StartsWith("http://127.0.0.1:", address, StringComparison.Ordinal);
        await served.WaitForAsync("There is no token yet");
        await UseTokenAsync("client-a", new Uri(address));
        File.WriteAllText(Path.Combine(anna.Work, "ticket.json"), """{"question":"Where is my order?"}""");
        var ran = (await anna.RunAsync("run", "desk", "--input", "@ticket.json")).Succeeds();
        var stopped = await served.InterruptAsync();

        Assert.Contains("paid by client_a (pinned_token)", ran.Error, StringComparison.Ordinal);
        Assert.Equal(0, stopped.Code);
        Assert.Equal(2, models.Usage(key).Requests);
        Canary.IsNotIn(anna.Everything, key);
        Canary.IsInNoFile(anna.Root, key);
    }

    /// <summary>What the command line stores, the host that it serves reads.</summary>
    [Fact]
    public async Task A_key_that_is_referred_to_pays_where_the_host_allows_it()
    {
        var key = Operator.NewKey();
        await using var models = await ModelServer.StartAsync(cancellationToken: Ct);
        models.Keys.Add(key);
        anna.Set("KEYEDWORKFLOWS_OPENAI_ENDPOINT", models.Endpoint.AbsoluteUri);
        Storage.PrivateFiles.CreateOwnDirectory(anna.PathOf("keys"));
        Storage.PrivateFiles.Write(anna.PathOf("keys/client-a"), file => file.Write(System.Text.Encoding.ASCII.GetBytes(key)));
        (await anna.RunAsync("profiles", "add", "client_a", "--tenant", "client-a", "--model", "gpt-4o-mini", "--key-reference", "file:client-a")).Succeeds();

        await using var served = anna.Start("serve", "--assembly", Assembly, "--urls", "http://127.0.0.1:0", "--key-directory", anna.PathOf("keys"));
        await UseTokenAsync("client-a", new Uri(await served.WaitForAsync("Serving desk at ")));
        (await anna.RunAsync(Answers.Piped("""{"question":"Where is my order?"}"""), "run", "desk", "--input", "-")).Succeeds();

        Assert.Equal(2, models.Usage(key).Requests);
        Canary.IsInNoFile(anna.Store, key);
    }

    [Fact]
    public async Task What_cannot_be_served_is_said()
    {
        File.WriteAllText(Path.Combine(anna.Work, "text.dll"), "no assembly");

        (await anna.RunAsync("serve", "--assembly", "none.dll")).Ends(ExitCodes.NotFound);
        (await anna.RunAsync("serve", "--assembly", "text.dll")).Ends(ExitCodes.Refused);
        Assert.Contains("holds no workflows", (await anna.RunAsync("serve", "--assembly", typeof(Cli.CommandLine).Assembly.Location)).Ends(ExitCodes.Refused).Error, StringComparison.Ordinal);
        (await anna.RunAsync("serve", "--assembly", Assembly, "--urls", "everywhere")).Ends(ExitCodes.Usage);
        Assert.Contains($"There is no directory '{anna.PathOf("keys")}'", (await anna.RunAsync("serve", "--assembly", Assembly, "--urls", "http://127.0.0.1:0", "--key-directory", anna.PathOf("keys"))).Ends(ExitCodes.NotFound).Error, StringComparison.Ordinal);
        anna.Set("KEYEDWORKFLOWS_RING_KEY_FILE", null);
        Assert.Contains("--ring-key-file", (await anna.RunAsync("serve", "--assembly", Assembly, "--urls", "http://127.0.0.1:0")).Ends(ExitCodes.Unavailable).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_told_to_stop_as_soon_as_it_serves_has_done_what_it_should()
    {
        anna.InterruptsAt = "Ctrl-C stops it.";

        await using var served = anna.Start("serve", "--assembly", Assembly, "--urls", "http://127.0.0.1:0");

        (await served.Task).Succeeds();
    }

    /// <summary>Who repeats the command pays again.</summary>
    [Fact]
    public async Task A_run_whose_answer_cannot_be_written_is_named()
    {
        Assert.SkipUnless(File.Exists("/bin/bash") && File.Exists("/dev/full"), "There is no bash here, or no /dev/full.");
        var key = Operator.NewKey();
        await anna.AddProfileAsync("client_a", "client-a", key);
        await using var host = await DeskHost.StartAsync(anna);
        host.Models.Keys.Add(key);
        await UseTokenAsync("client-a", host.Address);
        var start = new System.Diagnostics.ProcessStartInfo("/bin/bash", ["-c", $"echo '{{\"question\":\"Where?\"}}' | dotnet '{typeof(CommandLine).Assembly.Location}' run desk --input - > /dev/full; echo code $? >&2"]) { RedirectStandardError = true };
        foreach (var name in (string[])["KEYEDWORKFLOWS_HOST", "KEYEDWORKFLOWS_TOKEN"])
            start.Environment[name] = anna.Variable(name);
        using var shell = System.Diagnostics.Process.Start(start)!;

        var said = await shell.StandardError.ReadToEndAsync(Ct);

        var run = (string)(await anna.RunAsync("runs", "list", "--json")).Succeeds().Json["runs"]![0]!["id"]!;
        Assert.Contains("The run has ended (succeeded), and what it answered could not all be written", said, StringComparison.Ordinal);
        Assert.Contains($"workflows runs show {run}", said, StringComparison.Ordinal);
        Assert.Contains("code 5", said, StringComparison.Ordinal);
        Assert.Equal(2, host.Models.Usage(key).Requests);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_said()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();

        var ran = await anna.RunAsync("serve", "--assembly", Assembly, "--urls", $"http://{taken.LocalEndpoint}");

        Assert.Contains("cannot be listened on", ran.Ends(ExitCodes.Unavailable).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_shows_its_steps_as_they_go_and_its_text_as_it_is_written()
    {
        var key = Operator.NewKey();
        await anna.AddProfileAsync("client_a", "client-a", key);
        await using var host = await DeskHost.StartAsync(anna);
        host.Models.Keys.Add(key);
        host.Models.When(static request => request.LastUserMessage.Contains("Ticket", StringComparison.Ordinal)).Answer("It is\nin Bristol.");
        await UseTokenAsync("client-a", host.Address);

        var ran = (await anna.RunAsync(Answers.Piped("""{"question":"Where is my order?"}"""), "run", "--input", "-")).Succeeds();
        var json = (await anna.RunAsync(Answers.Piped('\uFEFF' + """{"question":"Where is my order?"}""" + "\r\n"), "run", "desk", "--input", "-", "--json")).Succeeds();

        Assert.StartsWith("It is\nin Bristol.\n{", ran.Output, StringComparison.Ordinal);
        Assert.Matches("(?s)Classify ….*Classify succeeded in .*Draft ….*Draft succeeded in .*Finish succeeded.*succeeded: 2 calls", ran.Error);
        Assert.Equal("It is\nin Bristol.", (string?)json.Json["outputs"]!["text"]);
    }

    [Fact]
    public async Task A_run_that_fails_or_is_refused_says_why_and_ends_so()
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());
        await using var host = await DeskHost.StartAsync(anna);
        await UseTokenAsync("client-a", host.Address);
        var input = Answers.Piped("""{"question":"Where is my order?"}""");

        Assert.Contains(WorkflowErrorCodes.Unauthorized, (await anna.RunAsync(input, "run", "--input", "-")).Ends(ExitCodes.Refused).Error, StringComparison.Ordinal);
        (await anna.RunAsync(input, "run", "other", "--input", "-")).Ends(ExitCodes.NotFound);
        (await anna.RunAsync(Answers.Piped("{}"), "run", "--input", "-")).Ends(ExitCodes.Refused);
        (await anna.RunAsync(Answers.Piped("no json"), "run", "--input", "-")).Ends(ExitCodes.Usage);
        (await anna.RunAsync("run", "--input", "none.json")).Ends(ExitCodes.NotFound);
        (await anna.RunAsync(input, "run", "--input", "-", "--out", "x.csv")).Ends(ExitCodes.Usage);
        anna.Set("KEYEDWORKFLOWS_TOKEN", "app-" + new string('a', 43));
        Assert.DoesNotContain("WorkflowClientOptions", (await anna.RunAsync(input, "run", "--input", "-")).Ends(ExitCodes.Refused).Error, StringComparison.Ordinal);
        var text = Path.Combine(anna.Work, "token");
        File.WriteAllText(text, "\"app-quoted\"");
        Assert.Contains("Quotation marks stand around the token", (await anna.RunAsync(input, "run", "--input", "-", "--token-file", "token")).Ends(ExitCodes.Refused).Error, StringComparison.Ordinal);
        Assert.Contains("as --token-file names", (await anna.RunAsync(input, "run", "--input", "-", "--token-file", "none")).Ends(ExitCodes.NotFound).Error, StringComparison.Ordinal);
        anna.Set("KEYEDWORKFLOWS_TOKEN", null);
        Assert.StartsWith("The token is asked for at a terminal", (await anna.RunAsync(input, "run", "--input", "-")).Ends(ExitCodes.Usage).Error, StringComparison.Ordinal);
        anna.Set("KEYEDWORKFLOWS_TOKEN", "app-" + new string('a', 43));
        anna.Set("KEYEDWORKFLOWS_HOST", "http://127.0.0.1:1/v1");
        Assert.StartsWith("The host (127.0.0.1:1) could not be reached to list workflows", (await anna.RunAsync(input, "run", "--input", "-")).Ends(ExitCodes.Unavailable).Error, StringComparison.Ordinal);
        anna.Set("KEYEDWORKFLOWS_HOST", "http://192.0.2.1/v1");
        Assert.Contains("in the open", (await anna.RunAsync(input, "run", "--input", "-")).Ends(ExitCodes.Usage).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_has_the_ceilings_that_were_given_and_remedies_are_those_of_the_command_line()
    {
        var key = Operator.NewKey();
        await anna.AddProfileAsync("client_a", "client-a", key);
        await using var host = await DeskHost.StartAsync(anna);
        host.Models.Keys.Add(key);
        await UseTokenAsync("client-a", host.Address);
        var input = Answers.Piped("""{"question":"Where is my order?"}""");

        var calls = (await anna.RunAsync(input, "run", "--input", "-", "--max-calls", "1", "--max-duration", "50.5", "--max-wait", "1")).Ends(ExitCodes.Refused);
        (await anna.RunAsync(input, "run", "--input", "-", "--max-tokens", "100000")).Succeeds();
        var tokens = (await anna.RunAsync(input, "run", "--input", "-", "--max-tokens", "0", "--json")).Ends(ExitCodes.Refused);
        foreach (var option in (string[][])[["--max-wait", "-1"], ["--max-wait", "86401"], ["--max-duration", "0"], ["--max-tokens", "-1"], ["--max-calls", "many"]])
            (await anna.RunAsync(input, ["run", "--input", "-", .. option])).Ends(ExitCodes.Usage);

        Assert.Contains("--max-calls or the workflow says how many", calls.Error, StringComparison.Ordinal);
        Assert.Equal(WorkflowErrorCodes.TokenLimitReached, (string?)tokens.Json["error_code"]);
        anna.Set("KEYEDWORKFLOWS_TOKEN", (string)(await anna.RunAsync("tokens", "create", "free", "--workflow", "desk", "--tenant", "client-a", "--json")).Succeeds().Json["value"]!);
        var unpaid = (await anna.RunAsync(input, "run", "--input", "-")).Ends(ExitCodes.Refused).Error + (await anna.RunAsync(input, "explain", "--input", "-")).Ends(ExitCodes.Refused).Screen;
        Assert.Contains("Give --profile or --tenant.", unpaid, StringComparison.Ordinal);
        Assert.DoesNotContain("credential_profile", unpaid, StringComparison.Ordinal);
        Assert.DoesNotContain("RunAsync", unpaid, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("graph")]
    [InlineData("explain", "desk", "--input", "-")]
    [InlineData("run", "--input", "-")]
    public async Task A_host_that_takes_the_connection_and_is_silent_is_not_waited_for_for_ever(params string[] command)
    {
        await using var host = await OddHost.SilentAsync();
        anna.Set("KEYEDWORKFLOWS_HOST", host.Address);
        anna.Set("KEYEDWORKFLOWS_TOKEN", "app-" + new string('a', 43));
        anna.Time = new HastyTime();

        Assert.Contains("did not answer within 30 seconds", (await anna.RunAsync(Answers.Piped("{}"), command)).Ends(ExitCodes.Unavailable).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WorkflowErrorCodes.LimitReached, "The host asks to wait (limit_reached)")]
    [InlineData(WorkflowErrorCodes.ConnectionFailed, "The host does not answer (connection_failed)")]
    public void Why_a_host_is_asked_again_is_said(string code, string said)
    {
        using var error = new StringWriter();
        var terminal = new Cli.Output.Terminal { Output = TextWriter.Null, Error = error, Input = TextReader.Null, ReadHiddenAsync = (_, _) => Task.FromResult(""), Variable = _ => null, Directory = anna.Work };

        new Cli.Hosts.RetryNotice(terminal, TimeSpan.FromSeconds(30)).Log(Microsoft.Extensions.Logging.LogLevel.Debug, 1, (KeyValuePair<string, object?>[])[new("Code", code)], null, static (_, _) => "");

        Assert.StartsWith(said, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_stops_the_run_at_the_host()
    {
        var key = Operator.NewKey();
        await anna.AddProfileAsync("client_a", "client-a", key);
        await using var host = await DeskHost.StartAsync(anna);
        host.Models.Keys.Add(key);
        var gate = new ModelServerGate();
        host.Models.When(static _ => true).HoldUntil(gate).Answer("held");
        await UseTokenAsync("client-a", host.Address);
        File.WriteAllText(Path.Combine(anna.Work, "ticket.json"), """{"question":"Where is my order?"}""");

        await using var running = anna.Start("run", "desk", "--input", "ticket.json");
        await gate.ArrivedAsync(1, Ct);
        var ran = (await running.InterruptAsync()).Ends(ExitCodes.Interrupted);

        Assert.Contains("is stopped.", ran.Error, StringComparison.Ordinal);
        Assert.Equal("stopped", (string?)(await anna.RunAsync("runs", "list", "--json")).Json["runs"]![0]!["status"]);
        gate.Open();
    }

    [Fact]
    public async Task Explain_says_who_would_pay_and_graph_draws_the_workflow()
    {
        var key = Operator.NewKey();
        await anna.AddProfileAsync("client_a", "client-a", key);
        await using var host = await DeskHost.StartAsync(anna);
        host.Models.Keys.Add(key);
        await UseTokenAsync("client-a", host.Address);
        var input = Answers.Piped("""{"question":"Where is my order?"}""");

        var explained = (await anna.RunAsync(input, "explain", "--input", "-")).Succeeds();
        (await anna.RunAsync("profiles", "disable", "client_a")).Succeeds();
        await host.AskUntilAsync(anna.Variable("KEYEDWORKFLOWS_TOKEN"), static (status, _) => status == 400);
        var refused = await anna.RunAsync(input, "explain", "--input", "-", "--json");
        var drawn = (await anna.RunAsync("graph")).Succeeds();
        var built = (await anna.RunAsync("graph", "desk", "--assembly", Assembly)).Succeeds();

        Assert.Contains("main  pinned_token  client_a  openai    gpt-4o-mini", explained.Output, StringComparison.Ordinal);
        Assert.False((bool)refused.Ends(ExitCodes.Refused).Json["can_run"]!);
        Assert.Contains("Classify", drawn.Output, StringComparison.Ordinal);
        Assert.Equal(drawn.Output, built.Output);
        var json = (await anna.RunAsync("graph", "--json")).Succeeds();
        Assert.Equal(json.Output, (await anna.RunAsync("graph", "desk", "--assembly", Assembly, "--json")).Succeeds().Output);
        Assert.Equal(drawn.Output.TrimEnd(), ((string)json.Json["graph"]!["mermaid"]!).TrimEnd());
        Assert.Equal(["Classify"], json.Json["graph"]!["nodes"]![1]!["depends_on"]!.AsArray().Select(static step => (string)step!));
        (await anna.RunAsync("graph", "other", "--assembly", Assembly)).Ends(ExitCodes.NotFound);
    }

    private async Task UseTokenAsync(string tenant, Uri address)
    {
        anna.Set("KEYEDWORKFLOWS_HOST", address.AbsoluteUri.TrimEnd('/'));
        anna.Set("KEYEDWORKFLOWS_TOKEN", (string)(await anna.RunAsync("tokens", "create", "web-" + tenant, "--workflow", "desk", "--pinned-tenant", tenant, "--json")).Succeeds().Json["value"]!);
    }
}
