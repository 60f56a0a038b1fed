using System.CommandLine;

namespace KeyedWorkflows.Cli;

/// <summary>A command that does something: it reads its options, asks a store, and tells the result.</summary>
internal abstract class CliCommand(string name, string description) : Command(name, description)
{
    /// <summary>Lines as they are typed, for the help.</summary>
    public virtual IReadOnlyList<string> Examples => [];

    /// <summary>Does it.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public abstract Task<int> RunAsync(Invocation call);
}
