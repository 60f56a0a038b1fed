namespace KeyedWorkflows.Generators.Tests.Executor.Drawing;

/// <summary>What a step asks of its condition.</summary>
internal enum DrawnTest
{
    When,
    Unless,
    Is,
    Otherwise,
}
