using System.Text.Json;
using System.Text.Json.Serialization;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Backups;

/// <summary>What was enabled when a backup was made, and waits to be enabled again: a file beside the restored store until the operator confirms.</summary>
internal sealed record PendingRestore
{
    private const string Name = "restore-pending.json";

    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true, WriteIndented = true };

    public required DateTimeOffset BackupOf { get; init; }

    /// <summary>The ids of the profiles that were enabled.</summary>
    public required IReadOnlyList<string> Profiles { get; init; }

    public void WriteTo(string store) => PrivateFiles.Write(Path.Combine(store, Name), file => JsonSerializer.Serialize(file, this, Options));

    /// <returns>Null where nothing waits.</returns>
    public static PendingRestore? Read(string store)
    {
        var path = Path.Combine(store, Name);
        if (!File.Exists(path) || PrivateFiles.IsLink(path))
            return null;
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize<PendingRestore>(file, Options);
        }
        catch (JsonException)
        {
            throw CommandFault.Unavailable($"The file '{path}' is damaged. Enable the profiles by their names: workflows profiles enable. Then delete the file.");
        }
    }

    public static void Remove(string store) => File.Delete(Path.Combine(store, Name));
}
