namespace KeyedWorkflows.Runtime;

/// <summary>What only some runs have, so that a run that is just called does not carry room for it.</summary>
internal sealed class RunExtras(RunCaller caller, StepAccount? parent, RunControl? control, RunObserver? observer)
{
    /// <summary>Who runs it.</summary>
    public RunCaller Caller => caller;

    /// <summary>For a sub-workflow: the step that runs it.</summary>
    public StepAccount? Parent => parent;

    /// <summary>Its own cancellation.</summary>
    public RunControl? Control => control;

    /// <summary>Who hears of it, and where results are kept.</summary>
    public RunObserver? Observer => observer;
}
