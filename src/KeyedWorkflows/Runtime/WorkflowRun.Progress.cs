namespace KeyedWorkflows.Runtime;

public sealed partial class WorkflowRun : IRunInProgress
{
    RunBinding IRunInProgress.Binding => Binding;

    RunUsage IRunInProgress.Usage => Usage;

    bool IRunInProgress.IsPartial => IsPartial;

    void IRunInProgress.Stop() => Stop();

    // Its steps are here: they end as soon as they can.
    void IRunInProgress.StopSoon() => Stop();
}
