namespace KeyedWorkflows;

/// <summary>An attempt of a step failed, and another begins. Text that the failed attempt streamed is void.</summary>
public sealed record StepRetriedEvent : StepEvent
{
    /// <summary>The attempt that failed, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>The code of the failure, of <see cref="WorkflowErrorCodes"/>.</summary>
    public required string Code { get; init; }

    /// <summary>What happened.</summary>
    public required string Message { get; init; }
}
