namespace KeyedWorkflows.Runtime;

/// <summary>What only some runs have. A run that is just called has none.</summary>
internal sealed record RunSetup
{
    /// <summary>Who runs it, where it is not the host.</summary>
    public RunCaller? Caller { get; init; }

    /// <summary>Who hears its events.</summary>
    public IRunListener? Listener { get; init; }

    /// <summary>Where results are kept.</summary>
    public IRunCheckpoint? Checkpoint { get; init; }

    /// <summary>Whether a handle or an enumeration can stop it.</summary>
    public bool IsStoppable { get; init; }

    /// <summary>The run's id, where somebody had to know it before the run began. Null: made when first asked for.</summary>
    public string? RunId { get; init; }

    /// <summary>For a sub-workflow: the step that runs it.</summary>
    public StepAccount? Parent { get; init; }
}
