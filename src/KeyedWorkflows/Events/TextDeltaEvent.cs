namespace KeyedWorkflows;

/// <summary>A piece of text that a streaming step produced.</summary>
public sealed record TextDeltaEvent : StepEvent
{
    /// <summary>The piece.</summary>
    public required string Text { get; init; }
}
