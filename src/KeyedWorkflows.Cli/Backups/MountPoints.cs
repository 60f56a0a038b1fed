namespace KeyedWorkflows.Cli.Backups;

/// <summary>Directories at which a file system begins: nothing can be renamed over them.</summary>
internal static class MountPoints
{
    /// <summary>Whether a directory is one, as far as the system tells.</summary>
    public static bool IsOne(string directory)
    {
        try
        {
            var path = Path.TrimEndingDirectorySeparator(new DirectoryInfo(directory).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? directory);
            return DriveInfo.GetDrives().Any(drive => Path.TrimEndingDirectorySeparator(drive.Name) == path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public static CommandFault Refuse(string directory) => CommandFault.Refused(
        $"'{directory}' is a mount point, or lies on another file system than the directory that it is in: a restore is renamed into its place when it is whole, which cannot be done there. Name a directory inside it: {Path.Combine(directory, "store")}. Nothing was restored.");
}
