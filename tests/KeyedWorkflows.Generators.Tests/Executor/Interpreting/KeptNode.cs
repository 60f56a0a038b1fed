namespace KeyedWorkflows.Generators.Tests.Executor.Interpreting;

/// <summary>What a checkpoint holds of a node.</summary>
internal sealed record KeptNode
{
    /// <summary>The node has ended, and <see cref="Value"/> is its result.</summary>
    public bool IsFinished { get; init; }

    /// <summary>The node was skipped, or was optional and failed.</summary>
    public bool IsSkipped { get; init; }

    /// <summary>It was skipped because it failed.</summary>
    public bool IsFailed { get; init; }

    public NodeValue? Value { get; init; }

    /// <summary>Elements that have ended, by their number.</summary>
    public IReadOnlyDictionary<int, string> Elements { get; init; } = new Dictionary<int, string>();
}
