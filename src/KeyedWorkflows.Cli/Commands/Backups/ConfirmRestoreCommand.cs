using System.CommandLine;
using KeyedWorkflows.Cli.Backups;
using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli.Commands.Backups;

/// <summary>Enables what was enabled when the backup was made.</summary>
internal sealed class ConfirmRestoreCommand : CliCommand
{
    private readonly Option<bool> yes = new("--yes") { Description = "Does not ask." };

    public ConfirmRestoreCommand()
        : base("confirm", "Enables the profiles that were enabled when the backup was made and are still there.") => Options.Add(yes);

    public override IReadOnlyList<string> Examples => ["workflows restore confirm --yes"];

    public override async Task<int> RunAsync(Invocation call)
    {
        var settings = call.StoreSettings;
        var pending = PendingRestore.Read(settings.Directory) ?? throw CommandFault.NotFound("Nothing waits to be confirmed here.");
        await using var store = call.OpenStore();
        var profiles = (await store.ListProfilesAsync(null, call.Cancellation)).Where(profile => profile.Fault is null && !profile.Enabled && pending.Profiles.Contains(profile.Id)).ToList();
        if (profiles.Count > 0)
            await call.ConfirmAsync($"{profiles.Count} profiles of the backup of {Times.Of(pending.BackupOf)} pay again: {string.Join(", ", profiles.Select(static profile => profile.Name))}.", "enable", call.Get(yes));
        foreach (var profile in profiles)
            await store.SetProfileEnabledAsync(profile.Id, true, call.Cancellation);
        PendingRestore.Remove(settings.Directory);
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteTexts("enabled", profiles.Select(static profile => profile.Name));
                json.WriteEndObject();
            });
        }
        else
        {
            call.Output.WriteLine($"Enabled: {(profiles.Count == 0 ? "none" : string.Join(", ", profiles.Select(static profile => profile.Name)))}.");
        }
        return ExitCodes.Done;
    }
}
