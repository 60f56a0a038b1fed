using System.CommandLine;
using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli.Commands.Audits;

/// <summary>What an auditor asks for: all entries of a tenant in a time, after the whole audit was examined.</summary>
internal sealed class ReportAuditCommand : CliCommand
{
    private readonly AuditOptions options = new();
    private readonly Option<bool> csv = new("--csv") { Description = "As CSV; else as JSON." };
    private readonly Option<string?> file = new("--out", "-o") { Description = "The file to write. Left out: standard output.", HelpName = "FILE" };
    private readonly Option<bool> force = new("--force") { Description = "Replaces a file of that name." };

    public ReportAuditCommand()
        : base("report", "Writes all entries of a tenant in a time, as JSON or CSV, and says whether the audit is intact.")
    {
        options.AddTo(this);
        Options.Add(csv);
        Options.Add(file);
        Options.Add(force);
    }

    public override IReadOnlyList<string> Examples => ["workflows audit report --tenant client-a --from 2026-11-01 --to 2026-11-30 --csv --out client-a-audit.csv"];

    public override async Task<int> RunAsync(Invocation call)
    {
        if (call.IsJson && call.Get(csv))
            throw CommandFault.Usage("Give --json or --csv, not both.");
        var query = options.Query(call);
        await using var store = call.OpenStore();
        var verified = await store.VerifyAuditAsync(null, 0, call.Cancellation);
        var report = await store.ReportAuditAsync(query, call.Cancellation);
        var text = call.Get(csv) ? report.ToCsv() : report.ToJson();
        if (call.Get(file) is { } path)
            FileText.Write(call.PathOf(path), text, call.Get(force));
        else
            call.Output.Write(text);
        if (!verified.IsIntact)
            throw CommandFault.Refused("The report is of an audit that is not intact. " + verified.Message);
        call.Terminal.Say(verified.Message);
        return ExitCodes.Done;
    }
}
