using System.CommandLine;
using System.Globalization;
using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli.Commands.Limits;

/// <summary>Shows what profiles and tokens may use, and what of it is used.</summary>
internal sealed class ShowLimitsCommand : CliCommand
{
    private readonly Option<string?> tenant = new("--tenant") { Description = "Only those of this tenant.", HelpName = "TENANT" };

    private readonly Option<string?> zone = new("--time-zone") { Description = "Beside the store: whose days and months budgets are counted by, as its host does (UsageLimitOptions.TimeZone). Left out: UTC.", HelpName = "ZONE" };

    public ShowLimitsCommand()
        : base("show", "Shows the limits of profiles and tokens, and what of their budgets is used this day and month, as it is booked; what has none is left out.")
    {
        Options.Add(tenant);
        Options.Add(zone);
    }

    public override IReadOnlyList<string> Examples => ["workflows limits show --tenant client-a", "workflows limits show --time-zone Europe/Berlin --json"];

    public override async Task<int> RunAsync(Invocation call)
    {
        if (call.Get(zone) is { } named && !TimeZoneInfo.TryFindSystemTimeZoneById(named, out _))
            throw CommandFault.Usage("The time zone is not known here. Give an IANA name, such as Europe/Berlin.");
        await using var store = await call.OpenStoreAsync();
        var all = await store.ListLimitsAsync(call.Get(tenant), call.Get(zone), call.Cancellation);
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteList("limits", all, static (json, one) => one.WriteTo(json));
                json.WriteEndObject();
            });
            return ExitCodes.Done;
        }
        var table = new Table("KIND", "NAME", "TENANT", "REQUESTS/MIN", "TOKENS/MIN", "DAY", "DAY USED", "MONTH", "MONTH USED");
        foreach (var one in all)
        {
            var limits = one.Limits;
            table.Add(
                one.Kind, one.Name, one.Tenant, limits.RequestsPerMinute?.ToString(CultureInfo.InvariantCulture), limits.TokensPerMinute?.ToString(CultureInfo.InvariantCulture),
                LimitsView.Text(limits.Day), LimitsView.Text(one.Day, limits.Day), LimitsView.Text(limits.Month), LimitsView.Text(one.Month, limits.Month));
        }
        table.WriteTo(call.Terminal);
        return ExitCodes.Done;
    }
}
