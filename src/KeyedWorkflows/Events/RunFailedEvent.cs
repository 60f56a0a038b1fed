namespace KeyedWorkflows;

/// <summary>The run ended without output.</summary>
public sealed record RunFailedEvent : RunEndedEvent
{
    /// <summary>What <c>RunAsync</c> would have thrown: a <see cref="WorkflowRunException"/>, or an <see cref="OperationCanceledException"/> for the caller's own cancellation.</summary>
    public required Exception Error { get; init; }

    /// <summary>One of <see cref="WorkflowErrorCodes"/>; <see cref="WorkflowErrorCodes.Stopped"/> for the caller's own cancellation.</summary>
    public string Code => Error is WorkflowRunException failure ? failure.Code : WorkflowErrorCodes.Stopped;
}
