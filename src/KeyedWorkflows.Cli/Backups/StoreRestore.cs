using KeyedWorkflows.Cli.Stores;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Backups;

/// <summary>
/// Puts a backup where no store is. It is unpacked beside that place, opened there, and its profiles are disabled, before it is moved there: a host that starts at once finds nothing that pays.
/// </summary>
internal sealed class StoreRestore(StoreSettings settings)
{
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(2);

    /// <summary>Restores it.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="cancellationToken">Ends it; then nothing is left.</param>
    public async Task<RestoreResult> RunAsync(string path, CancellationToken cancellationToken)
    {
        if (settings.ConnectionString is not null)
            throw CommandFault.Refused("A store in PostgreSQL is restored by its own means (pg_restore), and the key ring by a copy of its directory.");
        RefuseWhereSomethingIs();
        var isRingApart = settings.Ring != Path.Combine(settings.Directory, "ring");
        var mark = $".restore-{Guid.NewGuid():N}";
        var staged = settings.Directory + mark;
        var stagedRing = isRingApart ? settings.Ring + mark : Path.Combine(staged, "ring");
        PrivateFiles.CreateOwnDirectory(staged);
        try
        {
            var manifest = await UnpackAsync(path, staged, cancellationToken);
            if (isRingApart)
                MoveRing(Path.Combine(staged, "ring"), stagedRing);
            var result = await DisableAsync(manifest, staged, stagedRing, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            MoveIntoPlace(staged, isRingApart ? stagedRing : null);
            return result;
        }
        finally
        {
            if (Directory.Exists(staged))
                Directory.Delete(staged, recursive: true);
            if (isRingApart && Directory.Exists(stagedRing))
                Directory.Delete(stagedRing, recursive: true);
        }
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
        PrivateFiles.CreateOwnDirectory(to);
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

    private void RefuseWhereSomethingIs()
    {
        if (Directory.Exists(settings.Ring) && Directory.EnumerateFileSystemEntries(settings.Ring).Any())
            throw CommandFault.Conflict($"There is a key ring in '{settings.Ring}' already: nothing is put over it. Stop its host and move it away, or name another place with --store.");
        if (Directory.Exists(settings.Directory) && Directory.EnumerateFileSystemEntries(settings.Directory).Any())
            throw CommandFault.Conflict($"'{settings.Directory}' is not empty: nothing is put over a store. Stop its host and move it away, or name another place with --store.");
    }

    /// <summary>By renaming: the ring first, so that a store that is there can be read.</summary>
    private void MoveIntoPlace(string staged, string? stagedRing)
    {
        if (stagedRing is not null)
            Replace(stagedRing, settings.Ring);
        try
        {
            Replace(staged, settings.Directory);
        }
        catch when (stagedRing is not null)
        {
            Directory.Move(settings.Ring, stagedRing);
            throw;
        }
    }

    private static void Replace(string from, string to)
    {
        if (Directory.Exists(to))
            Directory.Delete(to);
        Directory.Move(from, to);
    }
}
