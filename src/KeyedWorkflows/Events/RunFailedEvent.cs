namespace KeyedWorkflows;

/// <summary>The run ended without output.</summary>
public sealed record RunFailedEvent : RunEndedEvent
{
    /// <summary>What <c>RunAsync</c> would have thrown: a <see cref="WorkflowRunException"/>, or an <see cref="OperationCanceledException"/> for the caller's own cancellation.</summary>
    public required Exception Error { get; init; }
}
