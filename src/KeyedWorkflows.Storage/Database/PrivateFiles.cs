namespace KeyedWorkflows.Storage;

/// <summary>Files and directories that their owner alone may read. On Windows the access lists of the directory hold.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode OwnersDirectory = OwnersFile | UnixFileMode.UserExecute;

    /// <summary>Makes a directory with mode 0700 where it is missing. One that is there is left as it is.</summary>
    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnersDirectory);
    }

    /// <summary>Makes a directory that serves one purpose alone, and takes from it what others may do.</summary>
    public static void CreateOwnDirectory(string path)
    {
        CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, OwnersDirectory);
    }

    /// <summary>Makes an empty file with mode 0600 where it is missing, whatever the umask. One that is there is not opened: to close it again would drop the locks that SQLite holds on it in this process.</summary>
    public static void Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnersFile;
        try
        {
            if (!File.Exists(path))
                new FileStream(path, options).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first.
        }
        Close(path);
    }

    /// <summary>Takes from a file, where it is there, what others may do.</summary>
    public static void Close(string path)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(path))
            File.SetUnixFileMode(path, OwnersFile);
    }
}
