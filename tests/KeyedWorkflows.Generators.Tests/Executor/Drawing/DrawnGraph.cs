using KeyedWorkflows.Generators.Tests.Executor.Running;

namespace KeyedWorkflows.Generators.Tests.Executor.Drawing;

/// <summary>A drawn workflow.</summary>
internal sealed record DrawnGraph
{
    /// <summary>Its number in the batch.</summary>
    public required int Number { get; init; }

    /// <summary>The nodes, each after those that it needs.</summary>
    public required IReadOnlyList<DrawnNode> Nodes { get; init; }

    /// <summary>The places of <see cref="Nodes"/> in the order in which they are declared.</summary>
    public required IReadOnlyList<int> Declared { get; init; }

    /// <summary>The nodes of which one gives the output.</summary>
    public required IReadOnlyList<int> Outputs { get; init; }

    /// <summary>The class takes a service: its runs have a scope.</summary>
    public bool TakesServices { get; init; }

    /// <summary>The answers of a routing condition that steps name.</summary>
    public IEnumerable<Route> NamedRoutes(int condition) =>
        Nodes.SelectMany(static node => node.Guards).Where(guard => guard.Condition == condition && guard.Test == DrawnTest.Is).Select(static guard => guard.Route).Distinct();
}
