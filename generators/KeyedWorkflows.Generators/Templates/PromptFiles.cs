namespace KeyedWorkflows.Generators.Templates;

/// <summary>Finds the additional file that a prompt names.</summary>
internal static class PromptFiles
{
    /// <summary>Writes a path with <c>/</c> between its parts and without <c>./</c> at its start.</summary>
    public static string Normalize(string path)
    {
        path = path.Replace('\\', '/');
        while (path.StartsWith("./", StringComparison.Ordinal))
            path = path.Substring(2);
        return path;
    }

    /// <summary>Whether a file is the one that a prompt names by its path from the project's folder.</summary>
    /// <param name="filePath">The file's path, as the compiler has it.</param>
    /// <param name="promptFile">The path in the attribute.</param>
    /// <param name="projectFolder">The project's folder (<c>build_property.ProjectDir</c>), if it is known: then the path must lie exactly there.</param>
    public static bool Matches(string filePath, string promptFile, string? projectFolder)
    {
        filePath = Normalize(filePath);
        promptFile = Normalize(promptFile);
        if (promptFile.Length == 0)
            return false;
        if (string.IsNullOrEmpty(projectFolder) || promptFile.StartsWith("../", StringComparison.Ordinal))
            return filePath == promptFile || filePath.EndsWith("/" + promptFile.TrimStart('.', '/'), StringComparison.Ordinal);
        return filePath == promptFile || filePath == Normalize(projectFolder!).TrimEnd('/') + "/" + promptFile;
    }

    /// <summary>Whether projects include a file by themselves, once it exists.</summary>
    public static bool IsIncluded(string promptFile)
    {
        promptFile = Normalize(promptFile);
        return promptFile.StartsWith("prompts/", StringComparison.Ordinal) && (promptFile.EndsWith(".md", StringComparison.OrdinalIgnoreCase) || promptFile.EndsWith(".txt", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A file as a prompt would name it.</summary>
    /// <param name="filePath">The file's path, as the compiler has it.</param>
    /// <param name="projectFolder">The project's folder, if it is known.</param>
    /// <param name="like">A path in an attribute: where the folder is not known, as many parts are left.</param>
    public static string RelativeTo(string filePath, string? projectFolder, string like)
    {
        filePath = Normalize(filePath);
        if (!string.IsNullOrEmpty(projectFolder))
        {
            var folder = Normalize(projectFolder!).TrimEnd('/') + "/";
            return filePath.StartsWith(folder, StringComparison.Ordinal) ? filePath.Substring(folder.Length) : filePath;
        }
        var parts = Normalize(like).Split('/').Length;
        var start = filePath.Length;
        while (parts-- > 0 && start > 0)
            start = filePath.LastIndexOf('/', start - 1);
        return filePath.Substring(start + 1);
    }
}
