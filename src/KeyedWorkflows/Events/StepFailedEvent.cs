namespace KeyedWorkflows;

/// <summary>A step failed. Where it is optional the run goes on without its result.</summary>
public sealed record StepFailedEvent : StepEvent
{
    /// <summary>Whether the run goes on without the step's result.</summary>
    public required bool Optional { get; init; }

    /// <summary>The code of the failure, of <see cref="WorkflowErrorCodes"/>.</summary>
    public required string Code { get; init; }

    /// <summary>What happened.</summary>
    public required string Message { get; init; }
}
