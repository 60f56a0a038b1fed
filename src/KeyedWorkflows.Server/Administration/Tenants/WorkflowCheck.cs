namespace KeyedWorkflows.Server;

/// <summary>Whether a tenant may run a workflow.</summary>
internal sealed record WorkflowCheck(string Workflow, string? Version, bool CanRun, string? ErrorCode, string? Error, IReadOnlyList<SlotCheck> Slots);
