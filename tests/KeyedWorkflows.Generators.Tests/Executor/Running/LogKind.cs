namespace KeyedWorkflows.Generators.Tests.Executor.Running;

/// <summary>What a line of a run's log tells.</summary>
internal enum LogKind
{
    /// <summary>A step's method was called: with the arguments.</summary>
    Called,

    /// <summary>The checkpoint holds a value.</summary>
    Saved,

    RunStarted,
    Started,
    Element,
    Text,
    Finished,
    Skipped,

    /// <summary>An optional step failed.</summary>
    GivenUp,

    /// <summary>A step failed: with the code.</summary>
    Failed,

    /// <summary>The run ended: with its status.</summary>
    RunEnded,
}
