namespace KeyedWorkflows.Storage;

/// <summary>Paths after links.</summary>
internal static class RealPath
{
    /// <summary>The path that is really meant: links are followed in each of its parts.</summary>
    public static string Of(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } parent)
            return full;
        var here = Path.Combine(Of(parent), Path.GetFileName(full));
        FileSystemInfo info = Directory.Exists(here) ? new DirectoryInfo(here) : new FileInfo(here);
        return info.LinkTarget is null ? here : Of(info.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
    }
}
