using KeyedWorkflows.Cli.Batches;
using KeyedWorkflows.Cli.Tests.Scene;
using KeyedWorkflows.Testing;

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
            (await running.InterruptAsync()).Ends(ExitCodes.Interrupted);
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

    /// <summary>Without its journal a row is still known to the host, by the key that it was asked for under.</summary>
    [Fact]
    public async Task A_lost_journal_costs_nothing_twice()
    {
        await using var host = await HostAsync();
        Write("client,question\nclient-a,One\nclient-b,Two\n");
        (await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant-column", "client", "--out", "out.csv")).Succeeds();
        File.Delete(Out);

        (await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant-column", "client", "--out", "out.csv", "--resume")).Succeeds();

        Assert.Equal((2, 2), (host.Models.Usage(a).Requests, host.Models.Usage(b).Requests));
        Assert.Equal(2, CsvFile.Parse(File.ReadAllText(Out)).Rows.Count);
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
        Assert.Equal(0, host.Models.Usage(a).Requests);
        Assert.False(File.Exists(Out));
    }

    [Fact]
    public async Task A_journal_of_another_file_is_not_gone_on_with()
    {
        await using var host = await HostAsync();
        host.Models.Keys.Remove(a);
        Write("client,question\nclient-a,One\n");
        (await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant-column", "client", "--out", "out.csv")).Ends(ExitCodes.Refused);

        Write("client,question\nclient-a,Another\n");
        (await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant-column", "client", "--out", "out.csv", "--resume")).Ends(ExitCodes.Conflict);
        File.WriteAllText(Out + ".journal", "no journal\n");
        (await anna.RunAsync("run", "desk", "--input", "in.csv", "--tenant-column", "client", "--out", "out.csv", "--resume")).Ends(ExitCodes.Conflict);
    }

    private void Write(string csv) => File.WriteAllText(Path.Combine(anna.Work, "in.csv"), csv);

    private async Task<DeskHost> HostAsync()
    {
        await anna.AddProfileAsync("client_a", "client-a", a);
        await anna.AddProfileAsync("client_b", "client-b", b);
        var host = await DeskHost.StartAsync(anna);
        host.Models.Keys.Add(a);
        host.Models.Keys.Add(b);
        anna.Set("KEYEDWORKFLOWS_HOST", host.Address.AbsoluteUri.TrimEnd('/'));
        anna.Set("KEYEDWORKFLOWS_TOKEN", (string)(await anna.RunAsync("tokens", "create", "backend", "--workflow", "desk", "--tenant", "client-a", "--tenant", "client-b", "--json")).Succeeds().Json["value"]!);
        return host;
    }
}
