using System.CommandLine;
using System.Globalization;
using KeyedWorkflows.Cli.Backups;
using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli.Commands.Backups;

/// <summary>Writes the store into one archive, while its host runs.</summary>
internal sealed class BackupCommand : CliCommand
{
    private readonly Argument<string> file = new("file") { Description = "The archive to write." };
    private readonly Option<bool> withRingKey = new("--with-ring-key") { Description = "Puts the key that wraps the ring into it: then whoever has the archive has every client's key." };
    private readonly Option<bool> force = new("--force") { Description = "Replaces a file of that name." };

    public BackupCommand()
        : base("backup", "Writes both databases, the journals of calls and the key ring into one archive (0600), beside a running host. The key that wraps the ring is not in it.")
    {
        Arguments.Add(file);
        Options.Add(withRingKey);
        Options.Add(force);
    }

    public override IReadOnlyList<string> Examples => ["workflows backup /backups/workflows-2026-11-29.tar.gz"];

    public override async Task<int> RunAsync(Invocation call)
    {
        var path = call.PathOf(call.Get(file)!);
        FileText.RefuseDirectory(path);
        if (!call.Get(force) && File.Exists(path))
            throw CommandFault.Conflict("There is a file of that name already. Name another, or give --force.");
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            throw CommandFault.NotFound($"There is no directory '{Path.GetDirectoryName(path)}' to write the archive into.");
        var settings = call.StoreSettings;
        var manifest = await Task.Run(() => new BackupWriter(settings, call.Terminal.Time, call.Terminal.Say).Write(path, call.Get(withRingKey), call.Cancellation), call.Cancellation);
        var length = new FileInfo(path).Length;
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("file"u8, path);
                json.WriteNumber("bytes"u8, length);
                json.WriteString("created_at"u8, Times.Of(manifest.CreatedAt));
                json.WriteBoolean("is_ring_wrapped"u8, manifest.IsRingWrapped);
                json.WriteBoolean("holds_ring_key"u8, call.Get(withRingKey));
                json.WriteEndObject();
            });
            return ExitCodes.Done;
        }
        call.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Backup of {Times.Of(manifest.CreatedAt)}: {manifest.Files.Count} files in {length} bytes."));
        call.Output.WriteLine(
            call.Get(withRingKey) || !manifest.IsRingWrapped
                ? "Whoever has this file has every client's key: " + (manifest.IsRingWrapped ? "the key that wraps the ring is in it." : "nothing wraps the key ring in it.")
                : "The key that wraps the ring is not in it: keep that file elsewhere. Without it, no profile of the backup can be read.");
        return ExitCodes.Done;
    }
}
