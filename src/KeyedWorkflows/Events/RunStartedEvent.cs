namespace KeyedWorkflows;

/// <summary>The run was bound to its credentials and starts its first step.</summary>
public sealed record RunStartedEvent : WorkflowEvent
{
    /// <summary>The workflow's name.</summary>
    public required string Workflow { get; init; }

    /// <summary>What each slot was bound to, and why.</summary>
    public required RunBinding Binding { get; init; }
}
