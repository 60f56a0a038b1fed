using System.CommandLine;
using System.Globalization;
using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli.Commands.Tenants;

/// <summary>Shows a tenant's profiles, tokens and usage.</summary>
internal sealed class ShowTenantCommand : CliCommand
{
    private readonly Argument<string> tenant = new("tenant") { Description = "The tenant." };

    public ShowTenantCommand()
        : base("show", "Shows a tenant's profiles and tokens, and what it used in this month (UTC).") => Arguments.Add(tenant);

    public override IReadOnlyList<string> Examples => ["workflows tenants show client-a"];

    public override async Task<int> RunAsync(Invocation call)
    {
        await using var store = call.OpenStore();
        var all = await TenantView.ReadAllAsync(store, call.Terminal.Time.GetUtcNow(), call.Cancellation);
        var wanted = call.Get(tenant)!;
        var found = all.FirstOrDefault(one => one.Name == wanted)
            ?? throw CommandFault.NotFound("No profile and no token names this tenant." + (Input.NearestName.Of(wanted, all.Select(static one => one.Name)) is { } near ? $" Did you mean '{near}'?" : " See: workflows tenants list"));
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json => TenantJson.Write(json, found, whole: true));
            return ExitCodes.Done;
        }
        new Details()
            .Add("tenant", found.Name)
            .Add("profiles", string.Join(", ", found.Profiles.Select(static profile => profile.Name + (profile.Enabled ? "" : " (disabled)"))))
            .Add("tokens", string.Join(", ", found.Tokens.Select(static token => token.Name + (token.Enabled ? "" : " (disabled)"))))
            .Add("this month", string.Create(CultureInfo.InvariantCulture, $"{found.Runs} runs, {found.Calls} calls{(found.Price is { } price ? ", " + price : "")}"))
            .WriteTo(call.Output);
        return ExitCodes.Done;
    }
}
