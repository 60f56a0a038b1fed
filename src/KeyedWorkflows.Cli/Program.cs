using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli;

/// <summary>The program.</summary>
internal static class Program
{
    public static Task<int> Main(string[] arguments) => new CommandLine(Terminal.OfProcess()).RunAsync(arguments, CancellationToken.None);
}
