using KeyedWorkflows.Cli.Stores;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Backups;

/// <summary>
/// Puts a backup where no store is. It is unpacked beside that place, opened there, and its profiles are disabled, before it is moved there: a host that starts at once finds nothing that pays.
/// </summary>
/// <param name="settings">The place.</param>
/// <param name="say">Hears what is cleared up on the way.</param>
internal sealed class StoreRestore(StoreSettings settings, Action<string> say)
{
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(2);

    /// <summary>Restores it.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="cancellationToken">Ends it; then nothing is left.</param>
    public async Task<RestoreResult> RunAsync(string path, CancellationToken cancellationToken)
    {
        if (settings.ConnectionString is not null)
            throw CommandFault.Refused("A store in PostgreSQL is restored by its own means (pg_restore), and the key ring by a copy of its directory.");
        var isRingApart = settings.Ring != Path.Combine(settings.Directory, "ring");
        StagingDirectory.RemoveLeft(settings.Directory, StagingWork.Restore, say);
        if (isRingApart)
            StagingDirectory.RemoveLeft(settings.Ring, StagingWork.Restore, say);
        RefuseWhereSomethingIs(isRingApart);
        using var staged = StagingDirectory.Create(settings.Directory, StagingWork.Restore);
        using var stagedRing = isRingApart ? StagingDirectory.Create(settings.Ring, StagingWork.Restore) : null;
        var ring = stagedRing?.Path ?? Path.Combine(staged.Path, "ring");
        var manifest = await UnpackAsync(path, staged.Path, cancellationToken);
        if (stagedRing is not null)
            MoveRing(Path.Combine(staged.Path, "ring"), ring);
        var result = await DisableAsync(manifest, staged.Path, ring, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();

        // The ring first, so that a store that is there can be read.
        stagedRing?.MoveIntoPlace();
        try
        {
            staged.MoveIntoPlace();
        }
        catch when (stagedRing is not null)
        {
            stagedRing.MoveBack();
            throw;
        }
        return result;
    }

    /// <summary>A disk that hangs is not waited for when the restore is ended; one that does not is, so that nothing is written where all is taken away.</summary>
    private static async Task<BackupManifest> UnpackAsync(string path, string staged, CancellationToken cancellationToken)
    {
        var unpacking = Task.Run(() => BackupReader.Unpack(path, staged, cancellationToken), CancellationToken.None);
        try
        {
            return await unpacking.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAny(unpacking, Task.Delay(TimeToStop, CancellationToken.None));
            throw;
        }
    }

    private static void MoveRing(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            PrivateFiles.CreateDirectory(Path.GetDirectoryName(target)!);
            PrivateFiles.Write(target, copy =>
            {
                using var content = File.OpenRead(file);
                content.CopyTo(copy);
            });
        }
        Directory.Delete(from, recursive: true);
    }

    /// <summary>Opens the store where it was unpacked, and disables all that it can read. What it cannot read no host can use.</summary>
    private async Task<RestoreResult> DisableAsync(BackupManifest manifest, string staged, string stagedRing, CancellationToken cancellationToken)
    {
        var ringKey = Path.Combine(staged, BackupNames.RingKey);
        var brought = File.Exists(ringKey);
        if (settings.RingKeyFile is null && manifest.IsRingWrapped && !brought)
            throw CommandFault.Usage("The backup's key ring is wrapped, and what wraps it is not in the backup: name its file with --ring-key-file. Nothing was restored.");
        var there = settings with { Directory = staged, Ring = stagedRing, IsDefault = false, IsRestored = true, RingKeyFile = settings.RingKeyFile ?? (brought && manifest.IsRingWrapped ? ringKey : null) };
        List<string> enabled = [];
        List<string> unreadable = [];
        int total;
        await using (var store = LocalStore.Open(there, make: false, mayUpgrade: true))
        {
            var profiles = await store.ListProfilesAsync(null, cancellationToken);
            total = profiles.Count;
            foreach (var profile in profiles)
            {
                if (profile.Fault is not null)
                {
                    unreadable.Add(profile.Name);
                    continue;
                }
                if (!profile.Enabled)
                    continue;
                await store.SetProfileEnabledAsync(profile.Id, false, cancellationToken);
                enabled.Add(profile.Id);
            }
        }
        if (total > 0 && unreadable.Count == total)
            throw CommandFault.Refused($"None of the backup's {total} profiles can be read with the key that wraps the ring: it is another. Name the right file with --ring-key-file, older ones with --former-ring-key-file. Nothing was restored.");
        new PendingRestore { BackupOf = manifest.CreatedAt, Profiles = enabled }.WriteTo(staged);
        return new RestoreResult(manifest.CreatedAt, total, enabled.Count, unreadable, brought ? Path.Combine(settings.Directory, BackupNames.RingKey) : null);
    }

    private void RefuseWhereSomethingIs(bool isRingApart)
    {
        if (isRingApart && IsWithin(settings.Ring, settings.Directory))
            throw CommandFault.Usage("--ring names a place within the store's directory, which is put there in one piece: leave it out, for 'ring' in that directory, or name a place elsewhere. Nothing was restored.");
        if (File.Exists(settings.Directory))
            throw CommandFault.Conflict($"'{settings.Directory}' is a file, and a store is a directory: name another place with --store. Nothing was restored.");
        if (IsFilled(settings.Ring))
            throw CommandFault.Conflict($"There is a key ring in '{settings.Ring}' already: nothing is put over it. Stop its host and move it away, or name another place with --store.");
        if (IsFilled(settings.Directory))
            throw CommandFault.Conflict($"'{settings.Directory}' is not empty: nothing is put over a store. Stop its host and move it away, or name another place with --store.");

        // Before all of it is unpacked; what this does not see, the renaming does.
        if (MountPoints.IsOne(settings.Directory))
            throw MountPoints.Refuse(settings.Directory);
        if (isRingApart && MountPoints.IsOne(settings.Ring))
            throw MountPoints.Refuse(settings.Ring);
    }

    private static bool IsWithin(string path, string directory) => Path.GetRelativePath(directory, path) is var way && way != ".." && !way.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !Path.IsPathRooted(way);

    private static bool IsFilled(string directory) => Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any();
}
