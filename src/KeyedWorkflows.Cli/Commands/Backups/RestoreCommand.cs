using System.CommandLine;
using System.Globalization;
using KeyedWorkflows.Cli.Backups;
using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli.Commands.Backups;

/// <summary>Puts a backup where no store is.</summary>
internal sealed class RestoreCommand : CliCommand
{
    private readonly Argument<string> file = new("file") { Description = "What 'backup' wrote." };

    public RestoreCommand()
        : base("restore", "Puts a backup where no store is, with all profiles disabled: 'restore confirm' enables those that were enabled.")
    {
        Arguments.Add(file);
    }

    public override IReadOnlyList<string> Examples => ["workflows restore /backups/workflows-2026-11-29.tar.gz --store /var/lib/acme --ring-key-file /run/secrets/acme-ring", "workflows restore confirm --store /var/lib/acme"];

    public override async Task<int> RunAsync(Invocation call)
    {
        var path = call.PathOf(call.Get(file)!);
        if (!File.Exists(path))
            throw CommandFault.NotFound("There is no such file as was named as the backup. Nothing was restored.");
        var settings = call.StoreSettings;
        var result = await new StoreRestore(settings, call.Terminal.Say).RunAsync(path, call.Cancellation);
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("store"u8, settings.Directory);
                json.WriteString("backup_of"u8, Times.Of(result.BackupOf));
                json.WriteNumber("profiles"u8, result.Profiles);
                json.WriteNumber("waiting"u8, result.Waiting);
                json.WriteTexts("unreadable", result.Unreadable);
                json.WriteString("ring_key_file"u8, result.RingKey);
                json.WriteEndObject();
            });
            return ExitCodes.Done;
        }
        call.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Restored into '{settings.Directory}': {result.Profiles} profiles, all disabled, as of {Times.Of(result.BackupOf)}."));
        if (result.Unreadable.Count > 0)
            call.Output.WriteLine($"These cannot be read, and can only be made anew: {string.Join(", ", result.Unreadable)}.");
        if (result.RingKey is not null)
            call.Output.WriteLine($"The key that wraps the ring is in '{result.RingKey}': move it away from there, and name it with --ring-key-file.");
        call.Output.WriteLine("What was rotated, disabled or revoked since then is as it was, and tenants that were removed or purged since then are back, with what their runs were given and answered: rotate, disable, revoke and remove it again. Then enable what was enabled: workflows restore confirm");
        return ExitCodes.Done;
    }
}
