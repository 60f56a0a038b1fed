using System.CommandLine;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Commands.Audits;

/// <summary>Which entries are asked for.</summary>
internal sealed class AuditOptions
{
    private readonly Option<string?> tenant = new("--tenant") { Description = "Only what concerns this tenant.", HelpName = "TENANT" };
    private readonly Option<string?> from = new("--from") { Description = "From this time or day on, in UTC.", HelpName = "TIME" };
    private readonly Option<string?> to = new("--to") { Description = "Before this time, in UTC; a day counts whole.", HelpName = "TIME" };
    private readonly Option<string?> actor = new("--actor") { Description = "Only what this name or id did.", HelpName = "NAME" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[tenant, from, to, actor])
            command.Options.Add(option);
    }

    public AuditQuery Query(Invocation call) => new()
    {
        Tenant = call.Get(tenant),
        From = call.Get(from) is { } first ? Times.Read(first, "--from") : null,
        To = call.Get(to) is { } last ? Times.ReadEnd(last, "--to") : null,
        Actor = call.Get(actor),
    };
}
