namespace KeyedWorkflows;

/// <summary>A step was skipped: its condition did not hold, or something that it needs is absent.</summary>
public sealed record StepSkippedEvent : StepEvent;
