using System.CommandLine;
using KeyedWorkflows.Cli.Input;

namespace KeyedWorkflows.Cli.Commands.Profiles;

/// <summary>Options that several commands on keys share.</summary>
internal static class KeyOptions
{
    public const string FromInput = "--key-stdin";

    public static Option<bool> FromStandardInput() => new(FromInput) { Description = "Reads the key from standard input, in the place of a prompt. Where that is a terminal, the prompt asks, which shows nothing." };

    public static Option<string?> Reference() => new(KeyReferences.Option)
    {
        Description = "Where the host finds the key, in the place of the key: env:NAME, file:NAME or azure-kv:https://vault/secrets/name. No key is asked for. The host must allow it.",
        HelpName = "REFERENCE",
    };

    public static Option<string[]> Headers(string what) => new("--header") { Description = what + " Its value is asked for, as a key is; with --key-stdin it is a line of standard input, after the key's. May be repeated.", HelpName = "NAME" };

    /// <summary>The names of headers as they were given.</summary>
    public static string[] Names(Invocation call, Option<string[]> headers)
    {
        var names = call.Get(headers) ?? [];
        if (!names.All(ProfileRules.IsHeaderName) || names.Distinct(StringComparer.OrdinalIgnoreCase).Count() != names.Length)
            throw CommandFault.Usage("--header takes the name of a header, each once, and none of those that belong to the connection: its value is asked for. What was given is not repeated here, and nothing was stored.");
        return names;
    }

    public static Argument<string> Profile() => new("profile") { Description = "The profile's name or id." };
}
