using System.CommandLine;
using System.Globalization;
using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli.Commands.Limits;

/// <summary>Shows what profiles and tokens may use.</summary>
internal sealed class ShowLimitsCommand : CliCommand
{
    private readonly Option<string?> tenant = new("--tenant") { Description = "Only those of this tenant.", HelpName = "TENANT" };

    public ShowLimitsCommand()
        : base("show", "Shows the limits of profiles and tokens; what has none is left out.") => Options.Add(tenant);

    public override IReadOnlyList<string> Examples => ["workflows limits show --tenant client-a"];

    public override async Task<int> RunAsync(Invocation call)
    {
        await using var store = call.OpenStore();
        var wanted = call.Get(tenant);
        var profiles = (await store.ListProfilesAsync(wanted, call.Cancellation)).Where(static profile => profile.Limits is not null).Select(static profile => (Kind: "profile", profile.Name, profile.Tenant, Limits: profile.Limits!));
        var tokens = (await store.ListTokensAsync(call.Cancellation)).Where(token => token.Limits is not null && (wanted is null || token.PinnedTenant == wanted || token.Tenants.Contains(wanted)))
            .Select(static token => (Kind: "token", token.Name, Tenant: token.PinnedTenant, Limits: token.Limits!));
        (string Kind, string Name, string? Tenant, UsageLimits Limits)[] all = [.. profiles, .. tokens];
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteList("limits", all, static (json, one) =>
                {
                    json.WriteStartObject();
                    json.WriteString("kind"u8, one.Kind);
                    json.WriteString("name"u8, one.Name);
                    json.WriteString("tenant"u8, one.Tenant);
                    LimitsView.WriteJson(json, "limits", one.Limits);
                    json.WriteEndObject();
                });
                json.WriteEndObject();
            });
            return ExitCodes.Done;
        }
        var table = new Table("KIND", "NAME", "TENANT", "REQUESTS/MIN", "TOKENS/MIN", "DAY", "MONTH");
        foreach (var (kind, name, owner, limits) in all)
            table.Add(kind, name, owner, limits.RequestsPerMinute?.ToString(CultureInfo.InvariantCulture), limits.TokensPerMinute?.ToString(CultureInfo.InvariantCulture), LimitsView.Text(limits.Day), LimitsView.Text(limits.Month));
        table.WriteTo(call.Terminal);
        return ExitCodes.Done;
    }
}
