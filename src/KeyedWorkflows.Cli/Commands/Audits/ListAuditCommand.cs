using System.CommandLine;
using System.Globalization;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Commands.Audits;

/// <summary>Lists the newest entries of the audit.</summary>
internal sealed class ListAuditCommand : CliCommand
{
    private readonly AuditOptions options = new();
    private readonly Option<int> limit = new("--limit") { Description = "How many of the newest are shown, at most 1000.", HelpName = "N", DefaultValueFactory = static _ => 50 };

    public ListAuditCommand()
        : base("list", "Lists the newest entries: who did what, when, from where, and what was refused.")
    {
        options.AddTo(this);
        Options.Add(limit);
    }

    public override IReadOnlyList<string> Examples => ["workflows audit list --tenant client-a --from 2026-11-01"];

    public override async Task<int> RunAsync(Invocation call)
    {
        if (call.Get(limit) is < 1 or > 1000)
            throw CommandFault.Usage("--limit is 1 to 1000.");
        await using var store = call.OpenStore();
        var entries = await store.ReadAuditAsync(options.Query(call), call.Get(limit), call.Cancellation);
        if (call.IsJson)
        {
            call.Output.Write(new AuditReport(options.Query(call), entries).ToJson());
            return ExitCodes.Done;
        }
        var table = new Table("NUMBER", "AT", "BY", "DID", "TO", "TENANTS", "OUTCOME", "CHANGES");
        foreach (var entry in entries)
        {
            table.Add(
                entry.Number.ToString(CultureInfo.InvariantCulture), Times.Of(entry.At), entry.Actor.ToString(), entry.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $"{entry.Action} ({entry.Count} times)") : entry.Action,
                entry.SubjectName ?? entry.SubjectId, string.Join(' ', entry.Tenants), entry.Outcome, string.Join("; ", entry.Changes));
        }
        table.WriteTo(call.Terminal);
        return ExitCodes.Done;
    }
}
