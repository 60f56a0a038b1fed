using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyedWorkflows.Cli.Batches;
using KeyedWorkflows.Cli.Hosts;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Client;
using KeyedWorkflows.Server;

namespace KeyedWorkflows.Cli.Commands.Running;

/// <summary>Runs a workflow on a host: once, with its text as it is written, or for each row of a file.</summary>
internal sealed class RunCommand : CliCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A batch outlives the restart of its host.</summary>
    private static readonly TimeSpan PatienceOfBatch = TimeSpan.FromMinutes(5);

    private readonly Argument<string?> workflow = new("workflow") { Description = "The workflow. May be left out where the token has one alone.", Arity = ArgumentArity.ZeroOrOne };
    private readonly PayerOptions payer = new();
    private readonly CeilingOptions ceilings = new();
    private readonly Option<string> input = new("--input", "-i") { Description = "The input: a file of JSON, '-' for standard input, or a file of CSV with a row for each run. '@' may stand before the name.", HelpName = "FILE", Required = true };
    private readonly Option<string?> tenantColumn = new("--tenant-column") { Description = "CSV: the column that says which tenant pays for the row.", HelpName = "COLUMN" };
    private readonly Option<string?> userColumn = new("--user-column") { Description = "CSV: the column that says for which user of yours the row is.", HelpName = "COLUMN" };
    private readonly Option<int> concurrency = new("--concurrency") { Description = "CSV: how many rows run at a time, at most 100.", HelpName = "N", DefaultValueFactory = static _ => 4 };
    private readonly Option<string?> output = new("--out", "-o") { Description = "CSV: the file to write, with the rows and what became of them.", HelpName = "FILE" };
    private readonly Option<bool> resume = new("--resume") { Description = "CSV: goes on with a batch that did not end, and tries again what failed. No row that is done is run, or paid, again." };

    public RunCommand()
        : base("run", "Runs a workflow on a host. Its text is shown as it is written, and its steps as they go.")
    {
        Arguments.Add(workflow);
        payer.AddTo(this);
        ceilings.AddTo(this);
        foreach (var option in (Option[])[input, tenantColumn, userColumn, concurrency, output, resume])
            Options.Add(option);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "workflows run support-reply --input @ticket.json",
        """echo '{"question":"Where is my order?"}' | workflows run support-reply --input - --json""",
        "workflows run support-reply --input tickets.csv --tenant-column client --concurrency 8 --out answers.csv --resume",
        "workflows run support-reply --input @ticket.json --max-tokens 5000 --max-duration 60 --max-wait 20",
    ];

    public override async Task<int> RunAsync(Invocation call)
    {
        var source = call.Get(input)!.TrimStart('@');
        var isBatch = source.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
        if (!isBatch && ((Option[])[tenantColumn, userColumn, concurrency, output, resume]).FirstOrDefault(call.Has) is { } misplaced)
            throw CommandFault.Usage($"{misplaced.Name} goes with an input of CSV, whose name ends in .csv.");
        var text = await InputText.ReadAsync(call, source);
        using var api = await HostAddress.OpenAsync(call, isBatch ? PatienceOfBatch : Patience);
        var name = call.Get(workflow) is { } named ? InputText.NameOf(named) : await api.OnlyWorkflowAsync(call.Cancellation);
        return isBatch ? await RunBatchAsync(call, api, name, text) : await RunOneAsync(call, api, name, text);
    }

    private async Task<int> RunOneAsync(Invocation call, HostApi api, string name, string text)
    {
        var body = payer.Body(call, RunBody.ReadInputs(text)) with { Options = ceilings.Read(call, isBatch: false) };
        var run = new FollowedRun(api, name, body.ToJson(streaming: true), body.User, Guid.NewGuid().ToString("N"));
        var screen = new RunScreen(call.Terminal, showText: !call.IsJson);
        RunFrame end;
        try
        {
            end = await run.FollowAsync(screen.Hear, call.Cancellation);
        }
        catch (OperationCanceledException) when (call.Cancellation.IsCancellationRequested)
        {
            screen.EndLine();
            var (isHeard, isOver) = await run.StopAsync();
            call.Terminal.Say((isHeard, run.RunId) switch
            {
                (true, { } id) => isOver ? $"Run {id} is stopped." : $"Run {id} was told to stop, and had not ended yet. See: workflows runs list",
                (true, null) => "No run was begun.",
                (false, { } id) => $"The host did not hear that run {id} is to stop: it may go on, and cost.",
                _ => "Whether a run was begun is not known: the host does not answer. It may go on, and cost. See: workflows runs list",
            });
            throw;
        }
        screen.End(end, call.IsJson);
        if (screen.IsLost)
        {
            throw CommandFault.Unavailable(
                $"The run has ended ({end.Data.Text("status")}), and what it answered could not all be written: standard output is closed, or its disk is full. To repeat the command would run it, and pay for it, again. Look at it with: workflows runs show {run.RunId}");
        }
        return end.Data.Text("status") is "succeeded" or "partial-succeeded" ? ExitCodes.Done : ExitCodes.Refused;
    }

    private async Task<int> RunBatchAsync(Invocation call, HostApi api, string name, string text)
    {
        if (call.Get(output) is not { } named)
            throw CommandFault.Usage("A file of rows needs --out: where their answers are written.");
        if (call.Get(concurrency) is < 1 or > 100)
            throw CommandFault.Usage("--concurrency is 1 to 100.");
        var file = CsvFile.Parse(text);
        var (tenants, users) = (ColumnOf(call, file, tenantColumn), ColumnOf(call, file, userColumn));
        if (tenants >= 0 && (payer.Profile(call) ?? payer.Tenant(call)) is not null)
            throw CommandFault.Usage("--tenant-column says who pays for each row: leave --profile and --tenant out.");
        var inputs = RowInputs.Of(file, await api.CardAsync(name, call.Cancellation), [.. ((int[])[tenants, users]).Where(static column => column >= 0).Select(column => file.Columns[column])]);
        var options = ceilings.Read(call, isBatch: true);
        RunBody[] rows = [.. file.Rows.Select((row, i) =>
        {
            var body = payer.Body(call, inputs.Read(row, i + 1)) with { Options = options };
            if (tenants >= 0)
                body = body with { Tenant = TenantOf(row[tenants], i + 1) };
            if (users < 0 || row[users].Length == 0)
                return body;
            if (KeyFormats.LooksLikeKey(row[users]))
                throw CommandFault.Usage($"What row {i + 1} names as its user looks like a key. It is not repeated here. Nothing was run.");

            // The host's own rule: it would refuse the row when others were run and paid for.
            return RunRequestReader.FaultOfUser(row[users]) is null ? body with { User = row[users] }
                : throw CommandFault.Usage($"What row {i + 1} names as its user is longer than 255 characters, or holds some that show nothing. Nothing was run.");
        })];
        var path = call.PathOf(named);
        var batch = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}\n{payer.Profile(call)}\n{payer.Tenant(call)}\n{call.Get(tenantColumn)}\n{payer.User(call)}\n{call.Get(userColumn)}\n{text}")));
        using var journal = BatchJournal.Open(path, batch, call.Get(resume));
        var before = journal.Results;
        var progress = new BatchProgress(call.Terminal, rows.Length, before.Count(static result => result.IsDone));
        try
        {
            await new BatchRunner(api, name, journal, progress).RunAsync(rows, [.. file.Rows.Select(row => new RowKeys(row, inputs.Keys))], call.Get(concurrency), call.Cancellation);
        }
        catch (WorkflowRunException away)
        {
            var fault = HostFaults.Of(away);
            throw new CommandFault(fault.ExitCode, $"{fault.Message} What ended is kept, and runs that are under way go on at the host: --resume goes on from here.") { ErrorCode = away.Code };
        }
        catch (OperationCanceledException) when (call.Cancellation.IsCancellationRequested)
        {
            throw new CommandFault(ExitCodes.Interrupted, "Interrupted. Rows that ended are kept, and runs that are under way go on at the host, and are paid for: --resume goes on from here.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritten(BatchJournal.PathOf(path), error, "What ended is kept, and runs that are under way go on at the host, and are paid for: then --resume goes on from here.");
        }
        finally
        {
            progress.End();
            WriteOutput(path, file, inputs.Keys, journal);
        }
        return Finish(call, path, journal, rows.Length);
    }

    private static void WriteOutput(string path, CsvFile file, IReadOnlySet<int> keys, BatchJournal journal)
    {
        try
        {
            BatchOutput.Write(path, file, keys, journal.Results);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritten(path, error, $"What became of the rows is kept in '{BatchJournal.PathOf(path)}', and those that are done are paid for: then --resume writes them, and runs none of them again.");
        }
    }

    /// <summary>A file of a batch that has begun. What is said of commands that changed nothing would have its rows run, and paid for, again.</summary>
    private static CommandFault Unwritten(string path, Exception error, string then) =>
        CommandFault.Unavailable($"'{path}' could not be written: {(Faults.IsFull(error) ? "the disk is full. Make room." : "look at what is there, at the disk, and at owner, mode and mount of its directory.")} {then}");

    private static int Finish(Invocation call, string path, BatchJournal journal, int rows)
    {
        var failed = journal.Results.Count(static result => !result.IsDone);
        if (failed == 0)
            journal.Delete();
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteNumber("rows"u8, rows);
                json.WriteNumber("succeeded"u8, rows - failed);
                json.WriteNumber("failed"u8, failed);
                json.WriteString("out"u8, path);
                json.WriteEndObject();
            });
        }
        else
        {
            call.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows - failed} of {rows} rows are done{(failed == 0 ? "." : $", {failed} failed: --resume tries those again.")}"));
        }
        return failed == 0 ? ExitCodes.Done : ExitCodes.Refused;
    }

    private static string TenantOf(string cell, int row) => cell.Length == 0 ? throw CommandFault.Usage($"Row {row} names no tenant in its column: nobody would pay for it by the word of the file. Nothing was run.")
        : ProfileNames.IsValid(cell) ? cell
        : throw CommandFault.Usage($"What row {row} has in the tenant's column is no name of a tenant. It is not repeated here. Nothing was run.");

    private static int ColumnOf(Invocation call, CsvFile file, Option<string?> option)
    {
        if (call.Get(option) is not { } name)
            return -1;
        for (var column = 0; column < file.Columns.Count; column++)
        {
            if (file.Columns[column] == name)
                return column;
        }
        throw CommandFault.Usage($"No column of the CSV is named as {option.Name} says.{file.SeparatorHint} Nothing was run.");
    }
}
