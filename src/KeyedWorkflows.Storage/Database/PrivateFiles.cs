namespace KeyedWorkflows.Storage;

/// <summary>
/// Files and directories that their owner alone may use. Rights are taken away, never given, and no link is followed: who can plant one would choose which file is changed. On Windows the access lists of the
/// directory hold.
/// </summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode OwnersDirectory = OwnersFile | UnixFileMode.UserExecute;

    private const UnixFileMode WrittenByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Makes a directory with mode 0700 where it is missing, and so those above it: in one that others can write it could be replaced. What is there is left as it is.</summary>
    public static void CreateDirectory(string path)
    {
        if (Directory.Exists(path))
            return;
        if (Path.GetDirectoryName(path) is { } parent)
            CreateDirectory(parent);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnersDirectory);
    }

    /// <summary>Makes a directory that serves one purpose alone, and takes from it what others may do.</summary>
    public static void CreateOwnDirectory(string path)
    {
        CreateDirectory(path);
        TakeFromOthers(path, OwnersDirectory);
    }

    /// <summary>Whether others than its owner can put files into a directory that is there, and so plant what its owner then opens.</summary>
    public static bool OthersCanWrite(string directory) => !OperatingSystem.IsWindows() && Directory.Exists(directory) && (File.GetUnixFileMode(directory) & WrittenByOthers) != 0;

    /// <summary>Makes an empty file with mode 0600 where it is missing, whatever the umask. One that is there is not opened: to close it again would drop the locks that SQLite holds on it in this process.</summary>
    /// <exception cref="InvalidOperationException">It is a link.</exception>
    public static void Create(string path)
    {
        RefuseLink(path);
        try
        {
            if (!File.Exists(path))
                OpenNew(path).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first.
        }
        Close(path);
    }

    /// <summary>Writes a file with mode 0600 that is there whole or not at all. Where none is to be replaced it stands there empty for a moment, so that its name is taken: a process that is killed in it leaves it so.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="replace">Whether one of the name is replaced.</param>
    /// <exception cref="IOException">There is one, and it is not to be replaced.</exception>
    public static void Write(string path, Action<Stream> write, bool replace = true)
    {
        var unfinished = $"{path}.{Guid.NewGuid():N}.tmp";
        var isMade = false;
        try
        {
            using (var file = OpenNew(unfinished))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            // Moving looks whether there is one, and moves then: of two that do so at once, the second would replace what the first has written. To make it is one step.
            if (!replace)
            {
                OpenNew(path).Dispose();
                isMade = true;
            }
            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            if (isMade)
                File.Delete(path);
            throw;
        }
    }

    /// <summary>Opens a file that nobody else has open in this way, and makes it with mode 0600 where it is missing.</summary>
    /// <returns>Null where another process, or another owner in this one, has it open.</returns>
    /// <exception cref="InvalidOperationException">It is a link.</exception>
    public static FileStream? TryLock(string path)
    {
        Create(path);
        try
        {
            // Without a buffer: what a full disk does not take fails where it is written, and not once more where the file is let go.
            return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    /// <summary>Takes from a file, where it is there, what others may do.</summary>
    /// <exception cref="InvalidOperationException">It is a link.</exception>
    public static void Close(string path)
    {
        RefuseLink(path);
        if (!File.Exists(path))
            return;
        try
        {
            TakeFromOthers(path, OwnersFile);
        }
        catch (FileNotFoundException)
        {
            // The last connection of another process has taken it away since: what is gone is closed.
        }
    }

    /// <summary>Whether a path is a link, also one that leads nowhere.</summary>
    public static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    private static FileStream OpenNew(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnersFile;
        return new FileStream(path, options);
    }

    private static void RefuseLink(string path)
    {
        if (IsLink(path))
            throw new InvalidOperationException($"'{path}' is a link, and the store follows none to its files. Name the file that it leads to, or, if nobody of yours made it, remove it and find out who can write to its directory.");
    }

    private static void TakeFromOthers(string path, UnixFileMode owners)
    {
        if (OperatingSystem.IsWindows())
            return;
        var mode = File.GetUnixFileMode(path);
        if ((mode & ~owners) != 0)
            File.SetUnixFileMode(path, mode & owners);
    }
}
