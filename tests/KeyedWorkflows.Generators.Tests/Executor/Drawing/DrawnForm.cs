namespace KeyedWorkflows.Generators.Tests.Executor.Drawing;

/// <summary>What a drawn type is.</summary>
internal enum DrawnForm
{
    Record,
    Struct,
    Text,
    Flag,
    Route,
}
