namespace KeyedWorkflows.Samples.Tests;

/// <summary>The repository that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>A file or a folder of it.</summary>
    public static string PathOf(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Workflows.sln")))
                return Path.Combine(folder.FullName, path);
        }
        throw new DirectoryNotFoundException($"Workflows.sln is in no folder above {AppContext.BaseDirectory}.");
    }

    /// <summary>What a project was built to, in the configuration of these tests.</summary>
    public static string OutputOf(string project, string file)
    {
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return PathOf(Path.Combine(project, "bin", framework.Parent!.Name, framework.Name, file));
    }
}
