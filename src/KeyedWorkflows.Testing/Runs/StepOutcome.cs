namespace KeyedWorkflows.Testing;

/// <summary>What became of a step in a test run.</summary>
public enum StepOutcome
{
    /// <summary>The run ended before it.</summary>
    NotReached,

    /// <summary>It ended with its result.</summary>
    Ran,

    /// <summary>It was skipped: its condition did not hold, or something that it needs is absent.</summary>
    Skipped,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It was under way when the run ended.</summary>
    Stopped,
}
