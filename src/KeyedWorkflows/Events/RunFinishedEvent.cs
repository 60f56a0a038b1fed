namespace KeyedWorkflows;

/// <summary>The run ended with its output.</summary>
/// <typeparam name="TOutput">The workflow's output.</typeparam>
public sealed record RunFinishedEvent<TOutput> : RunEndedEvent
{
    internal override object? Result => Output;

    /// <summary>The output.</summary>
    public required TOutput Output { get; init; }
}
