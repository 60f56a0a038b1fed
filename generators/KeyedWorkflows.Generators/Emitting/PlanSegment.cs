namespace KeyedWorkflows.Generators.Emitting;

/// <summary>One thing that an executor does: a step in place, or steps side by side.</summary>
internal sealed class PlanSegment
{
    private PlanSegment(int node, IReadOnlyList<PlanFork> forks)
    {
        Node = node;
        Forks = forks;
    }

    /// <summary>The inlined node; -1 for a region.</summary>
    public int Node { get; }

    /// <summary>The chains of a region, in the order in which they start; empty for an inlined node.</summary>
    public IReadOnlyList<PlanFork> Forks { get; }

    public bool IsRegion => Node < 0;

    public static PlanSegment Inline(int node) => new(node, []);

    public static PlanSegment Region(IReadOnlyList<PlanFork> forks) => new(-1, forks);

    public override string ToString() => IsRegion ? "[" + string.Join(" | ", Forks) + "]" : Numbers.Of(Node);
}
