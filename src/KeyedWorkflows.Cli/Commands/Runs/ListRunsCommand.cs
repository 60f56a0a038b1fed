using System.CommandLine;
using System.Globalization;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Cli.Stores;
using KeyedWorkflows.Server;

namespace KeyedWorkflows.Cli.Commands.Runs;

/// <summary>Lists runs, newest first.</summary>
internal sealed class ListRunsCommand : CliCommand
{
    private readonly Option<string?> tenant = new("--tenant") { Description = "Only those that this tenant paid for.", HelpName = "TENANT" };
    private readonly Option<string?> workflow = new("--workflow") { Description = "Only this workflow's.", HelpName = "NAME" };
    private readonly Option<string?> status = new("--status") { Description = "running, succeeded, partial-succeeded, failed or stopped.", HelpName = "STATUS" };
    private readonly Option<string?> since = new("--since") { Description = "Begun at or after this time, in UTC.", HelpName = "TIME" };
    private readonly Option<string?> until = new("--until") { Description = "Begun before this time, in UTC.", HelpName = "TIME" };
    private readonly Option<int> limit = new("--limit") { Description = "How many are shown, at most 1000.", HelpName = "N", DefaultValueFactory = static _ => 20 };

    public ListRunsCommand()
        : base("list", "Lists runs, newest first.")
    {
        foreach (var option in (Option[])[tenant, workflow, status, since, until, limit])
            Options.Add(option);
    }

    public override IReadOnlyList<string> Examples => ["workflows runs list --tenant client-a --status failed", "workflows runs list --since 2026-11-01 --limit 100 --json"];

    public override async Task<int> RunAsync(Invocation call)
    {
        if (call.Get(limit) is < 1 or > 1000)
            throw CommandFault.Usage("--limit is 1 to 1000.");
        if (call.Get(status) is { } wanted && wanted is not ("running" or "succeeded" or "partial-succeeded" or "failed" or "stopped"))
            throw CommandFault.Usage("--status is running, succeeded, partial-succeeded, failed or stopped.");
        await using var store = await call.OpenStoreAsync();
        var list = await store.ListRunsAsync(
            new RunQuery
            {
                Tenant = call.Get(tenant),
                Workflow = call.Get(workflow),
                Status = call.Get(status),
                After = call.Get(since) is { } first ? Times.Read(first, "--since") : null,
                Before = call.Get(until) is { } last ? Times.Read(last, "--until") : null,
                Limit = call.Get(limit),
            },
            call.Cancellation);
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteNumber("total"u8, list.Total);
                json.WriteList("runs", list.Runs, RunJson.Write);
                json.WriteEndObject();
            });
            return ExitCodes.Done;
        }
        var table = new Table("RUN", "WORKFLOW", "TENANT", "USER", "STATUS", "BEGUN", "TOOK", "TOKENS", "ERROR");
        foreach (var run in list.Runs)
        {
            table.Add(
                run.Id, run.Workflow, run.Tenant, run.EndUser, run.Status, Times.Of(run.CreatedAt), run.Duration is { } duration ? Times.Of(duration) : null,
                (run.Usage.InputTokens + run.Usage.OutputTokens).ToString(CultureInfo.InvariantCulture), run.ErrorCode);
        }
        table.WriteTo(call.Terminal);
        if (list.Total > list.Runs.Count)
            call.Terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{list.Runs.Count} of {list.Total}: --limit shows more."));
        return ExitCodes.Done;
    }
}
