namespace KeyedWorkflows.Server;

/// <summary>What is kept of the name that a sender gives a file: text to show.</summary>
internal static class FileNames
{
    private const int MaxLength = 200;
    private const int MaxExtension = 16;

    /// <summary>The last part of the name, without what could be taken for a path, a header or a control character.</summary>
    public static string Clean(string? given)
    {
        if (string.IsNullOrWhiteSpace(given))
            return "file";
        var last = given[(given.LastIndexOfAny(['/', '\\', ':']) + 1)..];
        var clean = string.Concat(last.Where(static c => !char.IsControl(c) && !char.IsSurrogate(c) && c is not ('"' or '<' or '>' or '|' or '*' or '?' or ';' or '%'))).Trim().TrimStart('.');
        if (clean.Length > MaxLength)
            clean = clean[..(MaxLength - MaxExtension)] + clean[^MaxExtension..];
        return clean.Length == 0 ? "file" : clean;
    }

    public static string ExtensionOf(string name)
    {
        var dot = name.LastIndexOf('.');
        var extension = dot < 0 ? "" : name[(dot + 1)..].ToLowerInvariant();
        return extension.Length <= MaxExtension && extension.All(char.IsAsciiLetterOrDigit) ? extension : "";
    }
}
