namespace KeyedWorkflows.Runtime;

/// <summary>Who hears the events of a run. Called on the run's threads, from several at once; it must not block, and must not throw.</summary>
internal interface IRunListener
{
    void OnEvent(WorkflowEvent happened);
}
