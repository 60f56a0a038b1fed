namespace KeyedWorkflows;

/// <summary>How a run stands.</summary>
public enum RunStatus
{
    /// <summary>It is going.</summary>
    Running,

    /// <summary>It ended with its output.</summary>
    Succeeded,

    /// <summary>It ended with its output, though a step marked optional failed.</summary>
    PartialSucceeded,

    /// <summary>It ended without output.</summary>
    Failed,

    /// <summary>It was cancelled by the caller, or stopped by its handle.</summary>
    Stopped,
}
