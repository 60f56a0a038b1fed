namespace KeyedWorkflows.Generators.Tests.Executor.Drawing;

/// <summary>How a node hands over its result.</summary>
internal enum DrawnShape
{
    Value,
    Task,
    ValueTask,
    Stream,
}
