using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Analyzers.Isolation;

/// <summary>Tells which steps of a workflow may run at the same time. What is not certain counts as apart.</summary>
internal sealed class SideBySide
{
    private readonly WorkflowModel model;
    private readonly bool[][] before;

    public SideBySide(WorkflowModel model)
    {
        this.model = model;
        before = new bool[model.Nodes.Length][];
        for (var node = 0; node < before.Length; node++)
            Collect(node);
    }

    /// <summary>Whether two steps may be at work at once.</summary>
    public bool MayMeet(int one, int other) =>
        one == other ? MeetsItself(model.Nodes[one]) : !before[one][other] && !before[other][one] && !TakeTurns(model.Nodes[one], model.Nodes[other]) && !AreExclusive(one, other);

    /// <summary>Whether a step comes before another where they are put in order: fewer steps are before it. By this, any number of pairs can be put in order without a cycle.</summary>
    public bool ComesFirst(int one, int other) => CountBefore(one) < CountBefore(other);

    private int CountBefore(int node)
    {
        var count = 0;
        foreach (var isBefore in before[node])
            count += isBefore ? 1 : 0;
        return count;
    }

    /// <summary>Elements at once.</summary>
    private static bool MeetsItself(NodeModel node) => node.IsForEach && node.Concurrency > 1 && !IsSynchronous(node);

    /// <summary>Steps that wait for the same start on one thread, and each ends there before the next.</summary>
    private static bool TakeTurns(NodeModel one, NodeModel other) => IsSynchronous(one) && IsSynchronous(other) && one.DependsOn.Equals(other.DependsOn);

    private static bool IsSynchronous(NodeModel node) => node.Kind is NodeKind.Code or NodeKind.Condition && node.Return is ReturnShape.Void or ReturnShape.Value;

    private bool[] Collect(int node)
    {
        if (before[node] is { } known)
            return known;
        var mine = before[node] = new bool[model.Nodes.Length];
        foreach (var on in model.Nodes[node].DependsOn)
        {
            mine[on] = true;
            var theirs = Collect(on);
            for (var i = 0; i < mine.Length; i++)
                mine[i] |= theirs[i];
        }
        return mine;
    }

    /// <summary>One condition lets the one run, or the other.</summary>
    private bool AreExclusive(int one, int other)
    {
        foreach (var guard in GuardsOf(one))
        {
            foreach (var against in GuardsOf(other))
            {
                if (guard.Condition == against.Condition && Excludes(guard, against))
                    return true;
            }
        }
        return false;
    }

    /// <summary>The guards of a step, and of those whose results it takes.</summary>
    private List<GuardModel> GuardsOf(int node)
    {
        var guards = new List<GuardModel>();
        for (var i = 0; i < model.Nodes.Length; i++)
        {
            if (i == node || before[node][i])
            {
                foreach (var guard in model.Nodes[i].Guards)
                    guards.Add(guard);
            }
        }
        return guards;
    }

    private static bool Excludes(GuardModel one, GuardModel other) => (one.Test, other.Test) switch
    {
        (GuardTest.True, GuardTest.False) or (GuardTest.False, GuardTest.True) => true,
        (GuardTest.Is, GuardTest.Is) => one.Constant != other.Constant,
        (GuardTest.Is, GuardTest.Otherwise) or (GuardTest.Otherwise, GuardTest.Is) => true,
        _ => false,
    };
}
