namespace KeyedWorkflows.Analyzers.Keys;

/// <summary>What is said of a key: whose it is and what its name is, and never more of it than the prefix that all keys of its provider have.</summary>
internal static class KeyMessages
{
    public static string InSource(FoundKey found) =>
        $"{What(found)} stands in the source: everybody who reads the source or the program has it. Revoke it, and take the key from a profile (`RunAsync(input, \"profile\")`) or from configuration.";

    public static string InFile(FoundKey found, string? path, bool isPacked) =>
        $"{What(found)} stands in this file{(path is null ? "" : $", in `{path}`")}{(isPacked ? ", which goes into the package" : "")}. Revoke it, and keep the next one in user secrets, in the environment or in the encrypted store.";

    private static string What(FoundKey found) => found switch
    {
        { Format: { Prefix.Length: > 0 } format } => $"A key of {format.Provider} (`{format.Prefix}…`)",
        { Format: { } format } => $"A key of {format.Provider}",
        { Name: { } name } => $"A value that looks like a key, given to `{name}`,",
        _ => "A value that looks like a key",
    };
}
