using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using KeyedWorkflows.Cli.Stores;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Backups;

/// <summary>
/// Writes a store into one archive, beside a running host: both databases, each as it stands at one moment, and the key ring after them, so that each key is in it that they need. The head of the audit comes before the database, which so
/// holds what it speaks of; the journals of calls right before the ledger, so that none is in neither. Whole or not at all, for its owner alone.
/// </summary>
/// <param name="settings">The store.</param>
/// <param name="time">The clock.</param>
/// <param name="say">Hears what is cleared up on the way.</param>
internal sealed class BackupWriter(StoreSettings settings, TimeProvider time, Action<string> say)
{
    /// <summary>Writes the archive.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="withRingKey">Whether what wraps the ring goes with it: then the archive alone opens every key.</param>
    /// <param name="cancellationToken">Ends it; then nothing is left.</param>
    public BackupManifest Write(string path, bool withRingKey, CancellationToken cancellationToken)
    {
        if (settings.ConnectionString is not null)
            throw CommandFault.Refused("A store in PostgreSQL is backed up by its own means (pg_dump), and the key ring by a copy of its directory, taken after it.");
        if (!File.Exists(settings.Database))
            throw CommandFault.NotFound($"There is no store in '{settings.Directory}'. Name its directory with --store.");
        if (withRingKey && settings.RingKeyFile is null)
            throw CommandFault.Usage("--with-ring-key needs --ring-key-file: it names the key that is to go with the backup.");
        StagingDirectory.RemoveLeft(path, StagingWork.Backup, say);
        try
        {
            using var staged = StagingDirectory.Create(path, StagingWork.Backup);
            return Write(path, staged.Path, withRingKey, cancellationToken);
        }
        catch (Exception error) when (Faults.IsFull(error))
        {
            // The store is only read: what is full is where its copies are written.
            throw CommandFault.Unavailable($"The disk of '{Path.GetDirectoryName(path)}', where the archive was to be written, is full: it takes the copies of both databases besides. No backup was made; make room, or name another place.");
        }
    }

    private BackupManifest Write(string path, string parts, bool withRingKey, CancellationToken cancellationToken)
    {
        List<(string Name, string File)> entries = [];
        CopyAll(Path.Combine(settings.Ring, "audit"), "*.head", BackupNames.Ring + "audit/");
        Copy(settings.Database, BackupNames.Database);
        if (File.Exists(settings.History))
        {
            CopyAll(Path.GetDirectoryName(settings.History)!, Path.GetFileName(BackupNames.Journals), "database/");
            Copy(settings.History, BackupNames.History);
        }
        var isWrapped = IsWrapped(settings.Ring);
        foreach (var file in Directory.EnumerateFiles(settings.Ring, "*.xml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = BackupNames.Ring + Path.GetRelativePath(settings.Ring, file).Replace(Path.DirectorySeparatorChar, '/');
            if (!BackupNames.IsKnown(name) || PrivateFiles.IsLink(file))
                throw CommandFault.Refused("The key ring's directory holds a file that is none of the ring's, or a link. Find out who put it there. No backup was made.");
            entries.Add((name, file));
        }
        if (!entries.Any(static entry => entry.Name.EndsWith(".xml", StringComparison.Ordinal)))
            throw CommandFault.NotFound($"There is no key ring in '{settings.Ring}': without it no profile of the backup could ever be read. Name its directory with --ring.");
        if (withRingKey)
            entries.Add((BackupNames.RingKey, settings.RingKeyFile!));
        var manifest = new BackupManifest { CreatedAt = time.GetUtcNow(), IsRingWrapped = isWrapped, Files = [.. entries.Select(entry => Described(entry.Name, entry.File, cancellationToken))] };
        PrivateFiles.Write(path, archive => Pack(archive, manifest, entries, cancellationToken));
        return manifest;

        void Copy(string database, string name)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var copy = Path.Combine(parts, Path.GetFileName(name));
            DatabaseCopy.Make(database, copy);
            entries.Add((name, copy));
        }

        void CopyAll(string directory, string pattern, string prefix)
        {
            if (!Directory.Exists(directory))
                return;
            foreach (var file in Directory.EnumerateFiles(directory, pattern).Order(StringComparer.Ordinal))
            {
                var name = prefix + Path.GetFileName(file);
                var copy = Path.Combine(parts, Path.GetFileName(name));
                if (BackupNames.IsKnown(name) && !PrivateFiles.IsLink(file) && TryCopy(file, copy))
                    entries.Add((name, copy));
            }
        }
    }

    /// <summary>Of a file that its host may write to, or take away when all that stands in it is booked.</summary>
    private static bool TryCopy(string from, string to)
    {
        try
        {
            using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            PrivateFiles.Write(to, source.CopyTo);
            return true;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException || (error is IOException && !File.Exists(from)))
        {
            return false;
        }
    }

    private static bool IsWrapped(string ring)
    {
        var directory = new KeyRingDirectory(ring);
        try
        {
            directory.Check(mayHoldClearKeys: false);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static BackupFile Described(string name, string file, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var content = File.OpenRead(file);
        return new BackupFile(name, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    private static void Pack(Stream archive, BackupManifest manifest, List<(string Name, string File)> entries, CancellationToken cancellationToken)
    {
        using var zipped = new GZipStream(archive, CompressionLevel.Fastest, leaveOpen: true);
        using var tar = new TarWriter(zipped, TarEntryFormat.Pax);
        using var json = new MemoryStream(manifest.ToJson());
        tar.WriteEntry(Entry(BackupManifest.Name, json));
        foreach (var (name, file) in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var content = File.OpenRead(file);
            tar.WriteEntry(Entry(name, content));
        }
    }

    private static PaxTarEntry Entry(string name, Stream content) => new(TarEntryType.RegularFile, name) { DataStream = content, Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
}
