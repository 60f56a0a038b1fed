using System.CommandLine;

namespace KeyedWorkflows.Cli.Commands.Profiles;

/// <summary>Options of the form <c>--label team=blue</c>, any number of times.</summary>
internal static class PairOption
{
    public static Dictionary<string, string> Read(Invocation call, Option<string[]> option)
    {
        Dictionary<string, string> pairs = new(StringComparer.Ordinal);
        foreach (var text in call.Get(option) ?? [])
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || at == text.Length - 1)
                throw CommandFault.Usage($"{option.Name} takes a name, '=' and a value. What was given is not repeated here.");
            if (!pairs.TryAdd(text[..at], text[(at + 1)..]))
                throw CommandFault.Usage($"{option.Name} was given twice for one name.");
        }
        return pairs;
    }
}
