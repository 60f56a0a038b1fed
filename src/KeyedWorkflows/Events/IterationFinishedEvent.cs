namespace KeyedWorkflows;

/// <summary>A step marked with <see cref="ForEachAttribute"/> has finished an element: <see cref="StepEvent.Element"/>.</summary>
public sealed record IterationFinishedEvent : StepEvent
{
    /// <summary>How many elements there are.</summary>
    public required int Count { get; init; }
}
