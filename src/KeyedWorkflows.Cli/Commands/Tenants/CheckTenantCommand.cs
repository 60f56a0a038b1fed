using System.CommandLine;
using System.Text.Json.Nodes;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Cli.Serving;

namespace KeyedWorkflows.Cli.Commands.Tenants;

/// <summary>Says what a tenant may run, and why not.</summary>
internal sealed class CheckTenantCommand : CliCommand
{
    private readonly Argument<string> tenant = new("tenant") { Description = "The tenant." };
    private readonly Option<string?> workflow = new("--workflow") { Description = "Only this one.", HelpName = "NAME" };
    private readonly Option<string?> assembly = new("--assembly", "-a") { Description = "The built assembly that holds the workflows. Not with --host, which knows its own.", HelpName = "DLL" };

    public CheckTenantCommand()
        : base("check", "Says of each workflow whether a tenant may run it, on which profile, and if not, why not. No provider is asked: 'profiles test' does that.")
    {
        Arguments.Add(tenant);
        Options.Add(workflow);
        Options.Add(assembly);
    }

    public override IReadOnlyList<string> Examples => ["workflows tenants check client-a --assembly bin/Release/net10.0/Desk.dll", "workflows tenants check client-a --workflow support-reply --host https://workflows.example.com"];

    public override async Task<int> RunAsync(Invocation call)
    {
        var wanted = call.Get(tenant)!;
        if (!ProfileNames.IsValid(wanted))
            throw CommandFault.Usage("What was given is no tenant. It is not repeated here.");
        if ((call.Host is null) != (call.Get(assembly) is not null))
            throw CommandFault.Usage(call.Host is null ? "A store knows no workflows: name the assembly that holds them with --assembly, or a host with --host." : "Give --assembly or --host, not both.");
        await using var store = await call.OpenStoreAsync(workflows: call.Get(assembly) is { } path ? WorkflowAssembly.Load(call.PathOf(path)) : null);
        var check = await store.CheckTenantAsync(wanted, call.Get(workflow), call.Cancellation);
        if (call.IsJson)
            call.Terminal.WriteJson(json => check.WriteTo(json));
        else
            TableOf(check).WriteTo(call.Terminal);
        return (bool?)check["can_run_all"] == true ? ExitCodes.Done : throw CommandFault.Refused($"Tenant '{wanted}' may not run {(call.Get(workflow) is null ? "all of them" : "it")}.");
    }

    private static Table TableOf(JsonNode check)
    {
        var table = new Table("WORKFLOW", "SLOT", "PROFILE", "PROVIDER", "RUNS", "REASON");
        foreach (var one in check["workflows"]?.AsArray() ?? [])
        {
            var slots = one?["slots"]?.AsArray() ?? [];
            if (slots.Count == 0)
                table.Add((string?)one?["workflow"], null, null, null, Word(one), (string?)one?["error"]);
            foreach (var slot in slots)
                table.Add((string?)one?["workflow"], (string?)slot?["slot"], (string?)slot?["profile"], (string?)slot?["provider"], Word(slot), (string?)slot?["reason"]);
        }
        return table;
    }

    private static string Word(JsonNode? one) => (bool?)one?["can_run"] == true ? "yes" : "no";
}
