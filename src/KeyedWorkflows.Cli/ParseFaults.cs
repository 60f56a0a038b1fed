using System.CommandLine;
using KeyedWorkflows.Cli.Input;

namespace KeyedWorkflows.Cli;

/// <summary>Says what is wrong with a command as it was typed. Only names of commands and options are said, never what was given: somebody may have put a key there.</summary>
internal static class ParseFaults
{
    public static string Of(ParseResult parsed, Command root)
    {
        var command = parsed.CommandResult.Command;
        var path = PathOf(parsed);
        var help = $" See: {path} --help";
        if (parsed.UnmatchedTokens.Count > 0)
        {
            var unknown = parsed.UnmatchedTokens[0];
            var names = unknown.StartsWith('-')
                ? command.Options.Concat(root.Options).Select(static option => option.Name)
                : command.Subcommands.Select(static sub => sub.Name);
            var near = NearestName.Of(unknown.Split('=', ':')[0], names);
            return $"'{path}' does not understand what stands at position {PositionOf(parsed, unknown)}, which is not repeated here."
                + (near is null ? command.Subcommands.Count > 0 ? $" It has: {string.Join(", ", command.Subcommands.Select(static sub => sub.Name))}." : "" : $" Did you mean '{near}'?") + help;
        }
        if (command.Subcommands.Count > 0 && command is not CliCommand)
            return $"'{path}' needs to be told what to do: {string.Join(", ", command.Subcommands.Select(static sub => sub.Name))}.{help}";
        foreach (var error in parsed.Errors)
        {
            switch (error.SymbolResult)
            {
                case System.CommandLine.Parsing.OptionResult { Option: var option }:
                    return option.Required && parsed.GetResult(option) is null or { Tokens.Count: 0, Implicit: true }
                        ? $"'{path}' needs {option.Name}.{help}"
                        : $"'{path}' cannot take what was given for {option.Name}: it is missing, or of another form. It is not repeated here.{help}";
                case System.CommandLine.Parsing.ArgumentResult { Argument: var argument }:
                    return $"'{path}' needs {argument.Name.ToUpperInvariant()}, or cannot take what was given for it.{help}";
            }
        }
        return command.Options.FirstOrDefault(option => option.Required && parsed.GetResult(option) is null) is { } missing
            ? $"'{path}' needs {missing.Name}.{help}"
            : $"'{path}' needs something else, or more, than what was given.{help}";
    }

    private static string PathOf(ParseResult parsed)
    {
        List<string> names = [];
        for (System.CommandLine.Parsing.SymbolResult? at = parsed.CommandResult; at is not null; at = at.Parent)
        {
            if (at is System.CommandLine.Parsing.CommandResult { Command: var command })
                names.Add(command.Name);
        }
        names.Reverse();
        return string.Join(' ', names);
    }

    private static int PositionOf(ParseResult parsed, string token)
    {
        for (var i = 0; i < parsed.Tokens.Count; i++)
        {
            if (parsed.Tokens[i].Value == token)
                return i + 1;
        }
        return parsed.Tokens.Count;
    }
}
