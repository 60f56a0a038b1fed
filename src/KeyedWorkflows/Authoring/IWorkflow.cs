namespace KeyedWorkflows;

/// <summary>
/// Says what a workflow takes and gives. A class marked <see cref="WorkflowAttribute"/> implements it; it has no members, because the steps of the
/// class are the workflow, and the generator emits what runs them.
/// </summary>
/// <typeparam name="TInput">What a run is given. Usually a record.</typeparam>
/// <typeparam name="TOutput">What a run yields: the result of the step marked <see cref="OutputAttribute"/>, or of the only step of this type that no other step consumes.</typeparam>
public interface IWorkflow<TInput, TOutput>
    where TInput : notnull
    where TOutput : notnull;
