using System.Globalization;
using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli.Commands.Tenants;

/// <summary>Lists the tenants that profiles and tokens name.</summary>
internal sealed class ListTenantsCommand() : CliCommand("list", "Lists the tenants that profiles and tokens name, with what each used in this month (UTC).")
{
    public override IReadOnlyList<string> Examples => ["workflows tenants list"];

    public override async Task<int> RunAsync(Invocation call)
    {
        await using var store = call.OpenStore();
        var tenants = await TenantView.ReadAllAsync(store, call.Terminal.Time.GetUtcNow(), call.Cancellation);
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteList("tenants", tenants, static (json, tenant) => TenantJson.Write(json, tenant, whole: false));
                json.WriteEndObject();
            });
            return ExitCodes.Done;
        }
        var table = new Table("TENANT", "PROFILES", "ENABLED", "TOKENS", "RUNS", "CALLS", "PRICE");
        foreach (var tenant in tenants)
        {
            table.Add(
                tenant.Name, Text(tenant.Profiles.Count), Text(tenant.Profiles.Count(static profile => profile.Enabled)), Text(tenant.Tokens.Count), Text(tenant.Runs), Text(tenant.Calls), tenant.Price);
        }
        table.WriteTo(call.Terminal);
        return ExitCodes.Done;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
