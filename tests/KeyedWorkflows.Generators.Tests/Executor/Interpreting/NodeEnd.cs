namespace KeyedWorkflows.Generators.Tests.Executor.Interpreting;

/// <summary>How a node ended.</summary>
internal sealed record NodeEnd(NodeState State)
{
    /// <summary>Its result; null where it is absent, and for a step that has none.</summary>
    public NodeValue? Value { get; init; }

    /// <summary>It was optional, and had failed before the run started.</summary>
    public bool HadFailed { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Code { get; init; }

    /// <summary>For a step that runs once an element: the texts of the results by element; null for an element without one.</summary>
    public IReadOnlyList<string?> Elements { get; init; } = [];

    /// <summary>Of <see cref="Elements"/>: those that were kept when the run started.</summary>
    public IReadOnlyList<bool> KeptElements { get; init; } = [];
}
