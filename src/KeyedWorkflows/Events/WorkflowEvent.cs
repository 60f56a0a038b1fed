namespace KeyedWorkflows;

/// <summary>Something that happened in a run. The same events come over every transport. Steps of a sub-workflow are named <c>Parent/Child</c>.</summary>
public abstract record WorkflowEvent
{
    private protected WorkflowEvent()
    {
    }

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }
}
