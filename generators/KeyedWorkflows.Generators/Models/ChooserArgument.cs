namespace KeyedWorkflows.Generators.Models;

/// <summary>What a chooser's parameter is given.</summary>
internal enum ChooserArgument
{
    Input,
    RunContext,
    CancellationToken,
}
