using System.CommandLine;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Commands.Profiles;

/// <summary>Lets runs use profiles, or stops them at their next model call.</summary>
internal sealed class SwitchProfilesCommand : CliCommand
{
    private readonly Argument<string[]> profiles = new("profile") { Description = "The profiles' names or ids.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> all = new("--all") { Description = "All of them." };
    private readonly Option<string?> tenant = new("--tenant") { Description = "All of this tenant's.", HelpName = "TENANT" };
    private readonly bool enable;

    public SwitchProfilesCommand(bool enable)
        : base(enable ? "enable" : "disable", enable ? "Lets runs use profiles." : "Stops runs that profiles pay for, at their next model call.")
    {
        this.enable = enable;
        Arguments.Add(profiles);
        Options.Add(all);
        Options.Add(tenant);
    }

    public override IReadOnlyList<string> Examples => [$"workflows profiles {Name} client_a_openai", $"workflows profiles {Name} --tenant client-a", $"workflows profiles {Name} --all"];

    public override async Task<int> RunAsync(Invocation call)
    {
        await using var store = await call.OpenStoreAsync();
        var changed = new List<ProfileListing>();
        var left = new List<string>();
        var chosen = await ChosenAsync(call, store);
        var before = enable ? await store.ListProfilesAsync(null, call.Cancellation) : [];
        foreach (var profile in chosen)
        {
            if (profile.Fault is not null)
                left.Add($"{profile.Name} ({profile.FaultCode})");
            else
                changed.Add(profile.Enabled == enable ? profile : await store.SetProfileEnabledAsync(profile.Id, enable, call.Cancellation));
        }
        NewPayers.Warn(call, before, changed.Where(profile => chosen.Any(one => one.Id == profile.Id && !one.Enabled)));
        if (call.IsJson)
            ProfileView.Write(call, changed);
        else
            call.Output.WriteLine(Printable.Of($"{(enable ? "Enabled" : "Disabled")}: {(changed.Count == 0 ? "none" : string.Join(", ", changed.Select(static profile => profile.Name)))}."));
        return left.Count == 0 ? ExitCodes.Done : throw CommandFault.Unavailable($"Left as they are, since they cannot be read: {string.Join(", ", left)}. See: workflows profiles show");
    }

    private async Task<IReadOnlyList<ProfileListing>> ChosenAsync(Invocation call, Stores.IOperatorStore store)
    {
        var names = call.Get(profiles) ?? [];
        var ways = (names.Length > 0 ? 1 : 0) + (call.Get(all) ? 1 : 0) + (call.Get(tenant) is null ? 0 : 1);
        if (ways != 1)
            throw CommandFault.Usage("Name profiles, or give --tenant, or --all: one of these.");
        if (names.Length == 0)
            return await store.ListProfilesAsync(call.Get(tenant), call.Cancellation);

        // All are found before one is changed.
        var found = new List<ProfileListing>();
        foreach (var name in names)
            found.Add(await call.FindProfileAsync(store, name));
        return found;
    }
}
