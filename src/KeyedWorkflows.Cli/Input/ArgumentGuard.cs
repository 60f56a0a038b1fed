using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Input;

/// <summary>
/// Looks at the arguments before anything else does: a key among them stands in the shell's history and in the list of processes, and must not get into an error, a log or the store besides.
/// </summary>
internal static class ArgumentGuard
{
    private static readonly string[] KeyOptions = ["--key", "--api-key", "--apikey", "--token", "--password", "--secret", "--connection-string"];

    /// <returns>What is wrong, without what was given; null where nothing is.</returns>
    public static string? FirstFault(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (IsOwnToken(arguments[i]) || (arguments[i].IndexOfAny(['=', ':']) is > 0 and var end && IsOwnToken(arguments[i][(end + 1)..])))
            {
                return $"Argument {i + 1} looks like a token, or a callback secret, of this product. It is not repeated here and nothing was done, but your shell's history and the list of processes have seen it: give the token another value (workflows tokens rotate), or revoke it. "
                    + "A token is read from the file that --token-file names, or from KEYEDWORKFLOWS_TOKEN and KEYEDWORKFLOWS_ADMIN_TOKEN.";
            }
            if (KeyFormats.LooksLikeKey(arguments[i]))
            {
                return $"Argument {i + 1} looks like a key. It is not repeated here and nothing was done, but your shell's history and the list of processes have seen it: make a new key with its provider, and revoke this one. "
                    + "A key is given at a prompt, or through standard input with --key-stdin.";
            }
            if (KeyOptions.Any(option => IsOption(arguments[i], option)))
            {
                return $"Argument {i + 1} would give a secret on the command line, where the shell's history and the list of processes keep it. Leave it out: a key is asked for at a prompt, or read from standard input with --key-stdin; "
                    + "a token or a connection string is read from a variable of the environment or from a file. See --help.";
            }
            if (arguments[i].Contains("password=", StringComparison.OrdinalIgnoreCase) || arguments[i].Contains("pwd=", StringComparison.OrdinalIgnoreCase))
                return $"Argument {i + 1} holds a password. It is not repeated here: a connection string is read from the variable KEYEDWORKFLOWS_POSTGRES, or from a file with --postgres-file.";
        }
        return null;
    }

    private static bool IsOwnToken(string text) => Secret.TryFrom(text, out var secret) && OwnTokens.Fault(secret) is not null;

    private static bool IsOption(string argument, string option) =>
        argument.Equals(option, StringComparison.OrdinalIgnoreCase)
        || (argument.Length > option.Length && argument.StartsWith(option, StringComparison.OrdinalIgnoreCase) && argument[option.Length] is '=' or ':');
}
