using System.ComponentModel;

namespace KeyedWorkflows.Runtime;

/// <summary>A workflow class, by its emitted half.</summary>
/// <typeparam name="TInput">What a run is given.</typeparam>
/// <typeparam name="TOutput">What a run yields.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IWorkflowClass<TInput, TOutput> : IWorkflowClass
{
    /// <summary>The workflow, with its executor.</summary>
    static new abstract WorkflowDefinition<TInput, TOutput> Definition { get; }
}
