namespace KeyedWorkflows;

/// <summary>A step ended with its result.</summary>
public sealed record StepFinishedEvent : StepEvent
{
    /// <summary>The attempt that succeeded, from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>What the step's model calls used, all attempts together.</summary>
    public RunUsage Usage { get; init; }

    /// <summary>How long the step took, all attempts together.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The step's result; null where it has none.</summary>
    public object? Output { get; init; }
}
