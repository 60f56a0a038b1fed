namespace KeyedWorkflows.Generators.Tests.Executor.Drawing;

/// <summary>How a drawn sequence is declared.</summary>
internal enum DrawnSequence
{
    None,
    Array,
    List,
    ReadOnlyList,
    Enumerable,
    ImmutableArray,
}
