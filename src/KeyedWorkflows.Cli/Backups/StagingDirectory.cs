using System.Text.RegularExpressions;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Backups;

/// <summary>
/// A directory beside what a restore or a backup is to make, where that is made ready. A lock in it says that a process is at work: one of a process that was killed holds what end users wrote, and is taken away by the next of its kind to that place.
/// </summary>
internal sealed partial class StagingDirectory : IDisposable
{
    private const string LockName = ".staging.lock";

    private readonly string target;
    private FileStream? held;
    private bool isMoved;

    private StagingDirectory(string target, string path, FileStream held)
    {
        this.target = target;
        Path = path;
        this.held = held;
    }

    public string Path { get; }

    /// <summary>Makes one, which no other process takes away.</summary>
    /// <param name="target">What it is for: the directory that it becomes, or the file that is made of it.</param>
    /// <param name="work">What is at work.</param>
    public static StagingDirectory Create(string target, StagingWork work)
    {
        var path = $"{target}.{WordOf(work)}-{Guid.NewGuid():N}";
        PrivateFiles.CreateOwnDirectory(path);
        try
        {
            if (TryLock(path) is { } held)
                return new StagingDirectory(target, path, held);
        }
        catch (DirectoryNotFoundException)
        {
            // Taken away below.
        }

        // Between the making and the lock it looks as one that was left.
        throw CommandFault.Conflict($"Another {WordOf(work)} to '{target}' is at work and cleared up. Nothing was done; repeat the command when that has ended.");
    }

    /// <summary>Takes away what is left of work on a place whose process is no more.</summary>
    /// <param name="target">The place.</param>
    /// <param name="work">What was at work.</param>
    /// <param name="say">Hears of each.</param>
    public static void RemoveLeft(string target, StagingWork work, Action<string> say)
    {
        var (parent, prefix) = (System.IO.Path.GetDirectoryName(target), $"{System.IO.Path.GetFileName(target)}.{WordOf(work)}-");
        if (parent is null || !Directory.Exists(parent))
            return;
        foreach (var path in Directory.EnumerateDirectories(parent).Where(path => System.IO.Path.GetFileName(path) is var name && name.StartsWith(prefix, StringComparison.Ordinal) && Mark().IsMatch(name[prefix.Length..])).ToList())
        {
            try
            {
                if (PrivateFiles.IsLink(path) || TryLock(path) is not { } lockOfIt)
                    continue;
                using (lockOfIt)
                    Delete(path, lockOfIt);
                say($"'{path}' is removed: a {WordOf(work)} that was killed had left it, with what the backup holds.");
            }
            catch (DirectoryNotFoundException)
            {
                // Its process has ended meanwhile.
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                say($"'{path}' was left by a {WordOf(work)} that was killed, and cannot be removed by this user: it holds what the backup holds. Remove it.");
            }
        }
    }

    /// <summary>Puts it into its place, by renaming. The lock goes last: a directory without one would be taken away.</summary>
    public void MoveIntoPlace()
    {
        if (Directory.Exists(target))
            Rename(() => Directory.Delete(target));
        if (OperatingSystem.IsWindows())
            Release(Path);
        Rename(() => Directory.Move(Path, target));
        isMoved = true;
        Release(target);
    }

    /// <summary>Takes it out of its place again.</summary>
    public void MoveBack()
    {
        Directory.Move(target, Path);
        isMoved = false;
    }

    public void Dispose()
    {
        if (!isMoved && Directory.Exists(Path))
            Delete(Path, held);
        held?.Dispose();
        held = null;
    }

    private static string WordOf(StagingWork work) => work == StagingWork.Backup ? "backup" : "restore";

    private static FileStream? TryLock(string directory) => PrivateFiles.TryLock(System.IO.Path.Combine(directory, LockName));

    private static void Delete(string path, FileStream? lockOfIt)
    {
        // Where what is open cannot be deleted.
        if (OperatingSystem.IsWindows())
            lockOfIt?.Dispose();
        Directory.Delete(path, recursive: true);
    }

    private void Release(string directory)
    {
        if (OperatingSystem.IsWindows())
            held?.Dispose();
        File.Delete(System.IO.Path.Combine(directory, LockName));
        held?.Dispose();
        held = null;
    }

    private void Rename(Action rename)
    {
        try
        {
            rename();
        }
        catch (IOException error) when (OperatingSystem.IsWindows() ? (error.HResult & 0xFFFF) == 17 : (error.HResult & 0xFFFF) is 16 or 18)
        {
            // ERROR_NOT_SAME_DEVICE; EBUSY and EXDEV.
            throw MountPoints.Refuse(target);
        }
    }

    [GeneratedRegex(@"\A[0-9a-f]{32}\z")]
    private static partial Regex Mark();
}
