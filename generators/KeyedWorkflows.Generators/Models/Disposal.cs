namespace KeyedWorkflows.Generators.Models;

/// <summary>How an instance of the workflow is disposed of.</summary>
internal enum Disposal
{
    None,
    Dispose,
    DisposeAsync,
}
