using System.Text.Json;
using System.Text.Json.Serialization;

namespace KeyedWorkflows.Cli.Backups;

/// <summary>What an archive says of itself, as its first entry.</summary>
internal sealed record BackupManifest
{
    public const string Name = "manifest.json";

    public const string FormatName = "keyedworkflows-backup";

    /// <summary>Since 2 with the journals of calls and the head of the audit.</summary>
    public const int Newest = 2;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        WriteIndented = true,
    };

    public string Format { get; init; } = FormatName;

    public int Version { get; init; } = Newest;

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether each key of the ring is wrapped: without what wraps it, the archive opens nothing.</summary>
    public required bool IsRingWrapped { get; init; }

    public required IReadOnlyList<BackupFile> Files { get; init; }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    /// <exception cref="CommandFault">It is of another version, or none.</exception>
    public static BackupManifest Read(Stream json)
    {
        BackupManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<BackupManifest>(json, Options);
        }
        catch (JsonException)
        {
            manifest = null;
        }
        return manifest is { Format: FormatName, Version: 1 or Newest } ? manifest : throw CommandFault.Refused("The file is no backup of this program, or of a newer version of it. Nothing was restored.");
    }
}
