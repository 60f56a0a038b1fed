using System.ComponentModel;

namespace KeyedWorkflows.Runtime;

/// <summary>A step of a workflow, as the generator read it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record StepDefinition
{
    /// <summary>The step's number: its place in <see cref="WorkflowDefinition.Steps"/>.</summary>
    public required int Index { get; init; }

    /// <summary>The step's name: that of its method.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required StepKind Kind { get; init; }

    /// <summary>How often it may be tried for what the model-call policy does not retry.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>How long one attempt may take, in seconds. 0: no limit of its own.</summary>
    public int TimeoutSeconds { get; init; }

    /// <summary>How many requests to a model one execution of the step (for <see cref="IsForEach"/>: one element) may make. 0: no limit of its own.</summary>
    public int MaxCalls { get; init; } = 6;

    /// <summary>Whether its failure counts as an absent result.</summary>
    public bool Optional { get; init; }

    /// <summary>For <see cref="IsForEach"/>: how many elements may be worked on at once.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>Whether it runs once for each element of a sequence.</summary>
    public bool IsForEach { get; init; }

    /// <summary>The numbers of the steps that end before it starts.</summary>
    public IReadOnlyList<int> DependsOn { get; init; } = [];

    /// <summary>The type of its result; null where it has none.</summary>
    public Type? OutputType { get; init; }

    /// <summary>Whether it yields its text in pieces.</summary>
    public bool Streams { get; init; }

    /// <summary>Whether the type of its result allows no null: a managed step that returns null then fails with <see cref="WorkflowErrorCodes.StepContract"/>. Plain steps call <see cref="WorkflowRun.Require{T}(int, T)"/>.</summary>
    public bool RequiresResult { get; init; }
}
