namespace KeyedWorkflows;

/// <summary>Something that happened in a step.</summary>
public abstract record StepEvent : WorkflowEvent
{
    private protected StepEvent()
    {
    }

    /// <summary>The step's name.</summary>
    public required string Step { get; init; }

    /// <summary>The element of a step marked with <see cref="ForEachAttribute"/>, from 0; null for other steps.</summary>
    public int? Element { get; init; }
}
