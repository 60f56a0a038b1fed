using System.Text.Json.Nodes;
using KeyedWorkflows.Cli.Batches;
using KeyedWorkflows.Cli.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace KeyedWorkflows.Cli.Tests;

/// <summary>Files of rows: each is run and paid once, whatever happens to the process.</summary>
public sealed class BatchTests : IDisposable
{
    private readonly Operator anna = new();
    private readonly string a = Operator.NewKey();
    private readonly string b = Operator.NewKey();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Out => Path.Combine(anna.Work, "out.csv");

    public void Dispose() => anna.Dispose();

    [Fact]
    public async Task Each_row_is_paid_by_its_tenant_and_stands_in_the_output()
    {
        await using var host = await HostAsync();
        Write("client,question\nclient-a,\"Where, and when?\"\nclient-b,\"Two\nlines\"\nclient-a,=1+1\n");

        var ran = (await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant-column", "client", "--concurrency", "2", "--out", "out.csv")).Succeeds();

        Assert.Equal("3 of 3 rows are done.\n", ran.Output);
        Assert.Contains("3 of 3 rows", ran.Error, StringComparison.Ordinal);
        Assert.Equal((4, 2), (host.Models.Usage(a).Requests, host.Models.Usage(b).Requests));
        var written = CsvFile.Parse(File.ReadAllText(Out));
        Assert.Equal(["client", "question", "run_id", "status", "output.text", "output.topic", "error_code", "error"], written.Columns);
        Assert.Equal(["client-a", "client-b", "client-a"], written.Rows.Select(static row => row[0]));
        Assert.Equal("Two\nlines", written.Rows[1][1]);
        Assert.Equal("'=1+1", written.Rows[2][1]);
        Assert.All(written.Rows, static row => Assert.Equal("succeeded", row[3]));
        Assert.False(File.Exists(Out + ".journal"));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Out));
        (await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant-column", "client", "--out", "out.csv")).Ends(ExitCodes.Conflict);
    }

    /// <summary>A row that a limit of a minute refuses in the middle is half paid for: so rows wait. A row that is asked for again is so with what it was asked for first, or the host would take it for another.</summary>
    [Fact]
    public async Task Rows_wait_for_their_turn_and_are_asked_for_again_as_they_were()
    {
        await using var host = await HostAsync();
        host.Models.Keys.Remove(b);
        Write("client,question\nclient-b,Where?\n");
        string[] run = ["run", "desk", "--input", "in.csv", "--tenant-column", "client", "--out", "out.csv"];

        (await anna.RunAsync(run)).Ends(ExitCodes.Refused);
        var begun = JsonNode.Parse(File.ReadAllLines(Out + ".journal")[1])!;
        Assert.Equal(60, (double)begun["options"]!["max_wait_seconds"]!);

        // As if the process had been killed before it heard of the run.
        File.WriteAllLines(Out + ".journal", File.ReadAllLines(Out + ".journal")[..2]);
        host.Models.Keys.Add(b);
        (await anna.RunAsync([.. run, "--resume", "--max-wait", "5", "--max-calls", "9"])).Ends(ExitCodes.Refused);
        Assert.Equal(1, (int)(await anna.RunAsync("runs", "list", "--json")).Succeeds().Json["total"]!);
        (await anna.RunAsync([.. run, "--resume", "--max-wait", "0", "--max-calls", "9"])).Succeeds();
        Assert.Equal(2, (int)(await anna.RunAsync("runs", "list", "--json")).Succeeds().Json["total"]!);
    }

    /// <summary>The process is gone between two lines of its journal, and in the midst of one.</summary>
    [Fact]
    public async Task A_batch_that_was_killed_goes_on_and_no_finished_row_is_paid_again()
    {
        await using var host = await HostAsync();
        Write("client,question\n" + string.Concat(Enumerable.Range(1, 10).Select(static row => $"client-a,Question {row}\n")));
        var gate = new ModelServerGate();
        host.Models.When(static request => request.LastUserMessage.Contains("Question 7", StringComparison.Ordinal)).HoldUntil(gate).Answer("held");
        await using (var running = anna.Start("run", "desk", "--input", "in.csv", "--tenant-column", "client", "--concurrency", "1", "--out", "out.csv"))
        {
            await gate.ArrivedAsync(1, Ct);
            Assert.Contains("Rows that ended are kept, and runs that are under way go on at the host, and are paid for: --resume goes on from here.", (await running.InterruptAsync()).Ends(ExitCodes.Interrupted).Error, StringComparison.Ordinal);
        }
        Assert.Equal(6, CsvFile.Parse(File.ReadAllText(Out)).Rows.Count);

        // As a kill leaves it: without an output, and with half a line.
        File.Delete(Out);
        File.AppendAllText(Out + ".journal", """{"row":7,"attem""");
        gate.Open();
        (await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant-column", "client", "--out", "out.csv")).Ends(ExitCodes.Conflict);
        var ran = (await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant-column", "client", "--out", "out.csv", "--resume")).Succeeds();

        Assert.Equal("10 of 10 rows are done.\n", ran.Output);
        Assert.Equal(10, CsvFile.Parse(File.ReadAllText(Out)).Rows.Count(static row => row[3] == "succeeded"));
        Assert.Equal(20, host.Models.Usage(a).Requests);
        Assert.Equal(10, (int)(await anna.RunAsync("runs", "list", "--json")).Json["total"]!);
    }

    /// <summary>Whoever runs a file again wants its rows run again, and not what they were answered before.</summary>
    [Fact]
    public async Task The_same_file_run_again_is_another_batch()
    {
        await using var host = await HostAsync();
        Write("client,question\nclient-a,One\nclient-b,Two\n");

        (await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant-column", "client", "--out", "out.csv")).Succeeds();
        (await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant-column", "client", "--out", "again.csv")).Succeeds();

        Assert.Equal((4, 4), (host.Models.Usage(a).Requests, host.Models.Usage(b).Requests));
        Assert.Empty(RunsOf(Out).Intersect(RunsOf(Path.Combine(anna.Work, "again.csv"))));
    }

    /// <summary>The host knows idempotency keys for a day. Runs that are known are asked for by their ids then, and what is not known is not paid in secret.</summary>
    [Fact]
    public async Task A_batch_that_goes_on_after_its_keys_have_expired_pays_nothing_twice()
    {
        await using var host = await HostAsync();
        Write("client,question\nclient-a,One\nclient-a,Two\n");
        string[] command = ["run", "desk", "--input", "in.csv", "--tenant-column", "client", "--concurrency", "1", "--out", "out.csv"];
        var gate = new ModelServerGate();
        host.Models.When(static request => request.LastUserMessage.Contains("One", StringComparison.Ordinal)).HoldUntil(gate).Answer("held");
        await using (var running = anna.Start(command))
        {
            await gate.ArrivedAsync(1, Ct);

            // Until the run is noted: the provider is asked before the host's answer is here.
            while (!(await ReadJournalAsync()).Contains("\"run\":\"", StringComparison.Ordinal))
                await Task.Delay(TimeSpan.FromMilliseconds(10), Ct);
            (await running.InterruptAsync()).Ends(ExitCodes.Interrupted);
        }
        gate.Open();
        var run = Assert.Single(await File.ReadAllLinesAsync(Out + ".journal", Ct), static line => line.Contains("\"run\":\"", StringComparison.Ordinal));

        // As it stands when the process was killed just as it had asked for the second row.
        File.AppendAllText(Out + ".journal", $$"""{"row":2,"attempt":1,"asked_at":"{{DateTimeOffset.UtcNow:O}}","run":null}""" + "\n");
        anna.Time = new LaterTime(TimeSpan.FromDays(3));
        await ExpireKeysAsync();
        (await anna.RunAsync([.. command, "--resume"])).Ends(ExitCodes.Refused);
        var written = CsvFile.Parse(File.ReadAllText(Out));
        var first = host.Models.Usage(a).Requests;
        (await anna.RunAsync([.. command, "--resume"])).Succeeds();

        Assert.Equal(["succeeded", "unknown"], written.Rows.Select(static row => row[3]));
        Assert.Contains(written.Rows[0][2], run, StringComparison.Ordinal);
        Assert.Equal((2, 4), (first, host.Models.Usage(a).Requests));
        Assert.Equal(2, (int)(await anna.RunAsync("runs", "list", "--json")).Json["total"]!);
    }

    [Fact]
    public async Task A_run_that_its_host_has_forgotten_is_told_before_it_is_paid_again()
    {
        await using var host = await HostAsync();
        Write("client,question\nclient-a,One\n");
        string[] command = ["run", "desk", "--input", "in.csv", "--tenant-column", "client", "--out", "out.csv"];
        host.Models.Keys.Remove(a);
        (await anna.RunAsync(command)).Ends(ExitCodes.Refused);
        host.Models.Keys.Add(a);
        File.AppendAllText(Out + ".journal", $$"""{"row":1,"attempt":2,"asked_at":"{{DateTimeOffset.UtcNow:O}}","run":"{{new string('0', 32)}}"}""" + "\n");

        (await anna.RunAsync([.. command, "--resume"])).Ends(ExitCodes.Refused);
        var written = CsvFile.Parse(File.ReadAllText(Out));
        (await anna.RunAsync([.. command, "--resume"])).Succeeds();

        Assert.Equal("unknown", written.Rows[0][3]);
        Assert.Contains("may have been paid for", written.Rows[0][^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_is_away_is_said_at_once()
    {
        Write("question\nOne\n");
        anna.Set("KEYEDWORKFLOWS_TOKEN", "app-" + new string('a', 43));
        anna.Set("KEYEDWORKFLOWS_HOST", "http://127.0.0.1:1/v1");

        var away = await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant", "client-a", "--out", "out.csv");

        Assert.Contains("could not be reached", away.Ends(ExitCodes.Unavailable).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("WorkflowClientOptions", away.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Out));
        Assert.False(File.Exists(Out + ".journal"));
    }

    [Fact]
    public async Task A_host_that_goes_away_is_said_while_it_is_waited_for()
    {
        await using var models = await ModelServer.StartAsync(cancellationToken: Ct);
        var host = await HostAsync(models);
        Write("client,question\nclient-a,One\nclient-a,Two\nclient-a,Three\n");
        var gate = new ModelServerGate();
        models.When(static request => request.LastUserMessage.Contains("Two", StringComparison.Ordinal)).HoldUntil(gate).Answer("held");

        await using var running = anna.Start("run", "desk", "--input", "in.csv", "--tenant-column", "client", "--concurrency", "1", "--out", "out.csv");
        await gate.ArrivedAsync(1, Ct);
        await host.DisposeAsync();
        gate.Open();
        await running.WaitForAsync("The host does not answer");

        (await running.InterruptAsync()).Ends(ExitCodes.Interrupted);
        Assert.Equal("succeeded", CsvFile.Parse(File.ReadAllText(Out)).Rows[0][3]);
    }

    [Fact]
    public async Task Columns_that_semicolons_separate_are_said()
    {
        await using var host = await HostAsync();
        Write("client;question\nclient-a;One\n");

        foreach (var more in (string[][])[["--tenant-column", "client"], ["--tenant", "client-a"]])
            Assert.Contains("Its first line holds semicolons: columns are separated by commas. Nothing was run.", (await anna.RunAsync(["run", "desk", "--input", "in.csv", "--out", "out.csv", .. more])).Ends(ExitCodes.Usage).Error, StringComparison.Ordinal);
        Write("client,question\nclient-a,One\n");
        Assert.DoesNotContain("semicolons", (await anna.RunAsync("run", "desk", "--input", "in.csv", "--out", "out.csv", "--tenant-column", "tenant")).Ends(ExitCodes.Usage).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_failed_are_told_and_tried_again_alone()
    {
        await using var host = await HostAsync();
        host.Models.Keys.Remove(b);
        Write("client,question\nclient-a,One\nclient-b,Two\nclient-c,Three\n");

        var first = await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant-column", "client", "--out", "out.csv", "--json");
        var written = CsvFile.Parse(File.ReadAllText(Out));
        host.Models.Keys.Add(b);
        var second = await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant-column", "client", "--out", "out.csv", "--resume", "--json");

        Assert.Equal(2, (int)first.Ends(ExitCodes.Refused).Json["failed"]!);
        Assert.Equal(["succeeded", "failed", "refused"], written.Rows.Select(static row => row[3]));
        Assert.Equal(1, (int)second.Ends(ExitCodes.Refused).Json["failed"]!);
        Assert.Equal(2, host.Models.Usage(a).Requests);
        Assert.True(File.Exists(Out + ".journal"));
    }

    /// <summary>The rows are paid for by then: nothing that is said may send anyone to run them anew.</summary>
    [Fact]
    public async Task Rows_whose_answers_cannot_be_written_are_kept_and_not_paid_again()
    {
        await using var host = await HostAsync();
        Write("client,question\nclient-a,One\nclient-b,Two\n");
        string[] run = ["run", "desk", "--input", "in.csv", "--tenant-column", "client", "--out", "out.csv"];
        Directory.CreateDirectory(Out);
        var before = (await anna.RunAsync(run)).Ends(ExitCodes.Conflict);
        Directory.Delete(Out);
        Assert.Equal((0, 0), (host.Models.Usage(a).Requests, host.Models.Usage(b).Requests));
        Assert.False(File.Exists(Out + ".journal"));

        // What stands in the place of the output comes while the rows run.
        host.Models.When(static _ => true).Answer(_ =>
        {
            Directory.CreateDirectory(Out);
            return "An answer.";
        });
        var ran = (await anna.RunAsync(run)).Ends(ExitCodes.Unavailable);
        Directory.Delete(Out);
        var resumed = (await anna.RunAsync([.. run, "--resume"])).Succeeds();

        Assert.Contains("is a directory: name a file in it. Nothing was changed.", before.Error, StringComparison.Ordinal);
        Assert.Contains($"'{Out}' could not be written", ran.Error, StringComparison.Ordinal);
        Assert.Contains("then --resume writes them, and runs none of them again", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing was changed", ran.Error, StringComparison.Ordinal);
        Assert.Equal("2 of 2 rows are done.\n", resumed.Output);
        Assert.Equal((2, 2), (host.Models.Usage(a).Requests, host.Models.Usage(b).Requests));
    }

    [Fact]
    public async Task What_cannot_be_run_is_said_before_anything_is()
    {
        await using var host = await HostAsync();
        string[] Command(params string[] more) => ["run", "desk", "--input", "in.csv", "--out", "out.csv", .. more];

        Write("client,question\nclient-a,One\n,Two\n");
        (await anna.RunAsync(Command("--tenant-column", "client"))).Ends(ExitCodes.Usage);
        (await anna.RunAsync(Command("--tenant-column", "tenant"))).Ends(ExitCodes.Usage);
        (await anna.RunAsync(Command())).Ends(ExitCodes.Usage);
        (await anna.RunAsync("run", "desk", "--input", "in.csv")).Ends(ExitCodes.Usage);
        (await anna.RunAsync(Command("--concurrency", "0"))).Ends(ExitCodes.Usage);
        (await anna.RunAsync(Command("--tenant-column", "client", "--tenant", "client-a"))).Ends(ExitCodes.Usage);
        foreach (var csv in (string[])["", "question,question\na,b\n", "question\n\"open\n", "question\none,two\n", "other\nx\n", "question\n\"a\"b\n"])
        {
            Write(csv);
            (await anna.RunAsync(Command("--tenant", "client-a"))).Ends(ExitCodes.Usage);
        }
        foreach (var cell in (string[])["Client A", "sk-" + Guid.NewGuid().ToString("N")])
        {
            Write($"client,question\nclient-a,One\n{cell},Two\n");
            Assert.DoesNotContain(cell, (await anna.RunAsync(Command("--tenant-column", "client"))).Ends(ExitCodes.Usage).Error, StringComparison.Ordinal);
        }
        File.WriteAllBytes(Path.Combine(anna.Work, "in.csv"), [.. "question\nOn a caf"u8, 0xE9, (byte)'\n']);
        Assert.Contains("no UTF-8", (await anna.RunAsync(Command("--tenant", "client-a"))).Ends(ExitCodes.Usage).Error, StringComparison.Ordinal);
        Assert.Equal(0, host.Models.Usage(a).Requests);
        Assert.False(File.Exists(Out));
    }

    [Fact]
    public void An_empty_cell_in_quotation_marks_is_a_row_and_an_empty_line_is_none()
    {
        var file = CsvFile.Parse("question\n\n\"\"\nOne\n\n\"\"");

        Assert.Equal(["", "One", ""], file.Rows.Select(static row => row[0]));
    }

    /// <summary>The run was begun, and its host answers as one that has lost its history.</summary>
    [Fact]
    public async Task A_run_that_is_lost_while_it_is_followed_may_have_been_paid_for()
    {
        var knows = true;
        await using var host = await OddHost.StartAsync(async http =>
        {
            if (http.Request.Path == "/v1/workflows/desk")
            {
                http.Response.ContentType = "application/json";
                await http.Response.WriteAsync("""{"input_schema":{"properties":{"question":{"type":"string"}}}}""", Ct);
            }
            else if (http.Request.Path == "/v1/workflows/desk/run")
            {
                http.Response.ContentType = "text/event-stream";
                http.Response.Headers["X-Workflow-Run-Id"] = "a-run";
                await http.Response.WriteAsync(": taken\n\n", Ct);

                // What was written is sent, and the connection ends before the answer does: to abort it might drop what was not read yet.
                throw new IOException("The connection is cut, as the test asks for.");
            }
            else
            {
                http.Response.StatusCode = 404;
                http.Response.ContentType = knows ? "application/json" : "text/plain";
                await http.Response.WriteAsync("""{"code":"not_found","message":"There is no such run.","status":404}""", Ct);
            }
        });
        anna.Set("KEYEDWORKFLOWS_HOST", host.Address);
        anna.Set("KEYEDWORKFLOWS_TOKEN", "app-" + new string('a', 43));
        Write("question\nOne\n");

        (await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant", "client-a", "--out", "out.csv")).Ends(ExitCodes.Refused);
        knows = false;
        var astray = await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant", "client-a", "--out", "astray.csv");

        var row = Assert.Single(CsvFile.Parse(File.ReadAllText(Out)).Rows);
        Assert.Equal(("a-run", "unknown"), (row[1], row[2]));
        Assert.Contains("may have been paid for", row[^1], StringComparison.Ordinal);

        // What is no host says nothing of the run: the row stays as it is.
        astray.Ends(ExitCodes.Unavailable);
        Assert.Contains("\"run\":\"a-run\"", await File.ReadAllTextAsync(Path.Combine(anna.Work, "astray.csv.journal"), Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_that_begin_one_batch_at_once_one_is_refused()
    {
        for (var round = 0; round < 20; round++)
        {
            var output = Path.Combine(anna.Work, $"{round}.csv");
            using var start = new Barrier(4);
            var begun = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait(Ct);
                    try
                    {
                        return BatchJournal.Open(output, "batch", resume: false);
                    }
                    catch (CommandFault refused) when (refused.ExitCode == ExitCodes.Conflict)
                    {
                        return null;
                    }
                },
                Ct,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));

            using var journal = Assert.Single(begun, static one => one is not null);
            Assert.Equal([output + ".journal"], Directory.GetFiles(anna.Work, $"{round}.csv*"));
        }
    }

    /// <summary>It has found the journal, and waits for it, while the process that had it ends the batch and takes it away.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Who_comes_to_a_batch_as_it_ends_does_not_begin_it_anew(bool resume)
    {
        File.WriteAllText(Out, "the answers\n");
        File.WriteAllText(BatchJournal.PathOf(Out), "");

        Assert.Equal(ExitCodes.Conflict, Assert.Throws<CommandFault>(() => BatchJournal.Open(Out, "a-batch", resume)).ExitCode);

        Assert.Equal([Out], Directory.GetFiles(anna.Work));
    }

    [Theory]
    [InlineData("olga\u202Eagol")]
    [InlineData(null)]
    public async Task A_user_that_the_host_would_refuse_is_found_before_the_first_row_is_run(string? user)
    {
        await using var host = await HostAsync();
        Write($"client,question,user\nclient-a,One,olga\nclient-a,Two,{user ?? new string('o', 256)}\n");

        (await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant-column", "client", "--user-column", "user", "--out", "out.csv")).Ends(ExitCodes.Usage);

        Assert.Equal(0, host.Models.TotalUsage.Requests);
    }

    [Fact]
    public async Task A_journal_of_another_file_is_not_gone_on_with()
    {
        await using var host = await HostAsync();
        host.Models.Keys.Remove(a);
        Write("client,question\nclient-a,One\n");
        (await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant-column", "client", "--out", "out.csv")).Ends(ExitCodes.Refused);

        // The host knows a row again by its user, too: it would be run, and paid, anew.
        (await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant-column", "client", "--out", "out.csv", "--resume", "--user", "olga")).Ends(ExitCodes.Conflict);
        (await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant-column", "client", "--out", "out.csv", "--resume", "--user-column", "question")).Ends(ExitCodes.Usage);
        Write("client,question\nclient-a,Another\n");
        (await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant-column", "client", "--out", "out.csv", "--resume")).Ends(ExitCodes.Conflict);
        File.WriteAllText(Out + ".journal", "no journal\n");
        (await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant-column", "client", "--out", "out.csv", "--resume")).Ends(ExitCodes.Conflict);
    }

    private async Task<string> ReadJournalAsync()
    {
        // Its process has it alone, by a lock that programs of .NET heed.
        using var read = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("cat", Out + ".journal") { RedirectStandardOutput = true })!;
        return await read.StandardOutput.ReadToEndAsync(Ct);
    }

    private static IEnumerable<string> RunsOf(string path) => CsvFile.Parse(File.ReadAllText(path)).Rows.Select(static row => row[2]);

    /// <summary>As a day does.</summary>
    private async Task ExpireKeysAsync()
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = SqliteStorageDatabase.HistoryOf(anna.Database), Pooling = false }.ToString());
        await connection.OpenAsync(Ct);
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM idempotency_keys";
        Assert.True(await command.ExecuteNonQueryAsync(Ct) > 0);
    }

    private void Write(string csv) => File.WriteAllText(Path.Combine(anna.Work, "in.csv"), csv);

    private async Task<DeskHost> HostAsync(ModelServer? models = null)
    {
        await anna.AddProfileAsync("client_a", "client-a", a);
        await anna.AddProfileAsync("client_b", "client-b", b);
        var host = await DeskHost.StartAsync(anna, models);
        host.Models.Keys.Add(a);
        host.Models.Keys.Add(b);
        anna.Set("KEYEDWORKFLOWS_HOST", host.Address.AbsoluteUri.TrimEnd('/'));
        anna.Set("KEYEDWORKFLOWS_TOKEN", (string)(await anna.RunAsync("tokens", "create", "backend", "--workflow", "desk", "--tenant", "client-a", "--tenant", "client-b", "--json")).Succeeds().Json["value"]!);
        return host;
    }
}
