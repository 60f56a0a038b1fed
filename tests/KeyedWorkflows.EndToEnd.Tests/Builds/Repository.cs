namespace KeyedWorkflows.EndToEnd.Tests.Builds;

/// <summary>The repository that the tests were built from.</summary>
internal static class Repository
{
    private static readonly Lazy<string> Found = new(Find);

    /// <summary>Its folder.</summary>
    public static string Root => Found.Value;

    /// <summary>A file or a folder of it.</summary>
    public static string PathOf(string path) => Path.Combine(Root, path);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Workflows.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException($"Workflows.sln is in no folder above {AppContext.BaseDirectory}.");
    }
}
