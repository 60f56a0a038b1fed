using System.CommandLine;

namespace KeyedWorkflows.Cli.Commands.Profiles;

/// <summary>Options that several commands on keys share.</summary>
internal static class KeyOptions
{
    public const string FromInput = "--key-stdin";

    public static Option<bool> FromStandardInput() => new(FromInput) { Description = "Reads the key from standard input, in the place of a prompt." };

    public static Argument<string> Profile() => new("profile") { Description = "The profile's name or id." };
}
