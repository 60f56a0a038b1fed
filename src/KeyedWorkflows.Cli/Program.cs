using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli;

/// <summary>The program.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        using var interrupts = new Interrupts();
        return await new CommandLine(Terminal.OfProcess()).RunAsync(arguments, interrupts.Token);
    }
}
