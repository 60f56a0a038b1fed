using System.ComponentModel;

namespace KeyedWorkflows.Runtime;

/// <summary>A workflow class, by its emitted half.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IWorkflowClass
{
    /// <summary>The workflow, with its executor.</summary>
    static abstract WorkflowDefinition Definition { get; }
}
