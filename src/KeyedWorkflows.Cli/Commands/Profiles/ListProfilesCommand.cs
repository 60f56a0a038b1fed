using System.CommandLine;

namespace KeyedWorkflows.Cli.Commands.Profiles;

/// <summary>Lists profiles by name.</summary>
internal sealed class ListProfilesCommand : CliCommand
{
    private readonly Option<string?> tenant = new("--tenant") { Description = "Only this tenant's.", HelpName = "TENANT" };

    public ListProfilesCommand()
        : base("list", "Lists profiles, those that cannot be used included.") => Options.Add(tenant);

    public override IReadOnlyList<string> Examples => ["workflows profiles list --tenant client-a", "workflows profiles list --json | jq -r '.profiles[].name'"];

    public override async Task<int> RunAsync(Invocation call)
    {
        await using var store = call.OpenStore();
        ProfileView.Write(call, await store.ListProfilesAsync(call.Get(tenant), call.Cancellation));
        return ExitCodes.Done;
    }
}
