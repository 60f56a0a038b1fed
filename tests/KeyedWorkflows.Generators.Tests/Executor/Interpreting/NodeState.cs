namespace KeyedWorkflows.Generators.Tests.Executor.Interpreting;

/// <summary>How a node ends.</summary>
internal enum NodeState
{
    /// <summary>It ran, and ended with its result.</summary>
    Ran,

    /// <summary>It was done when the run started.</summary>
    Restored,

    /// <summary>It did not run.</summary>
    Skipped,

    /// <summary>It failed, and the run goes on.</summary>
    GivenUp,

    /// <summary>It fails the run.</summary>
    Failed,

    /// <summary>It waits for a node that fails the run.</summary>
    Blocked,
}
