using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Backups;

/// <summary>Unpacks an archive into a directory of its own. What it does not say of itself, or says otherwise than it is, is refused.</summary>
internal static class BackupReader
{
    public static BackupManifest Unpack(string path, string directory, CancellationToken cancellationToken)
    {
        using var archive = File.OpenRead(path);
        try
        {
            using var zipped = new GZipStream(archive, CompressionMode.Decompress);
            using var tar = new TarReader(zipped);
            if (tar.GetNextEntry() is not { Name: BackupManifest.Name, DataStream: { } json })
                throw Damaged();
            var manifest = BackupManifest.Read(json);
            var missing = manifest.Files.ToDictionary(static file => file.Name, StringComparer.Ordinal);
            while (tar.GetNextEntry() is { } entry)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (entry.EntryType is not TarEntryType.RegularFile || !BackupNames.IsKnown(entry.Name) || !missing.Remove(entry.Name, out var file) || entry.Length != file.Length)
                    throw Damaged();
                Unpack(entry, file, Path.Combine(directory, entry.Name.Replace('/', Path.DirectorySeparatorChar)), cancellationToken);
            }
            return missing.Count == 0 && manifest.Files.Any(static file => file.Name == BackupNames.Database) ? manifest : throw Damaged();
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException or ArgumentException)
        {
            throw Damaged();
        }
    }

    private static void Unpack(TarEntry entry, BackupFile file, string path, CancellationToken cancellationToken)
    {
        PrivateFiles.CreateDirectory(Path.GetDirectoryName(path)!);
        PrivateFiles.Write(path, target => Copy(entry.DataStream ?? Stream.Null, target, cancellationToken));
        using var written = File.OpenRead(path);
        if (Convert.ToHexStringLower(SHA256.HashData(written)) != file.Sha256)
            throw Damaged();
    }

    private static void Copy(Stream from, Stream to, CancellationToken cancellationToken)
    {
        var buffer = new byte[128 * 1024];
        while (from.Read(buffer) is > 0 and var read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            to.Write(buffer, 0, read);
        }
    }

    private static CommandFault Damaged() => CommandFault.Refused("The file is no backup of this program, or is damaged or cut off. Nothing was restored.");
}
