namespace KeyedWorkflows;

/// <summary>A step starts.</summary>
public sealed record StepStartedEvent : StepEvent;
