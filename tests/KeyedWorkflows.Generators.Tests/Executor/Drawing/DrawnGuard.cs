using KeyedWorkflows.Generators.Tests.Executor.Running;

namespace KeyedWorkflows.Generators.Tests.Executor.Drawing;

/// <summary>One condition of a step.</summary>
/// <param name="Condition">The place of the condition in <see cref="DrawnGraph.Nodes"/>.</param>
/// <param name="Test">What is asked.</param>
/// <param name="Route">For <see cref="DrawnTest.Is"/>: the answer.</param>
internal sealed record DrawnGuard(int Condition, DrawnTest Test, Route Route = Route.Grey)
{
    /// <summary>Whether no answer passes both.</summary>
    public bool Excludes(DrawnGuard other) => Condition == other.Condition && (Test != other.Test || Route != other.Route);
}
