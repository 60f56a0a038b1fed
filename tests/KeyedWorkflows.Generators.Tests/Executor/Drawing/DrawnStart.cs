namespace KeyedWorkflows.Generators.Tests.Executor.Drawing;

/// <summary>What a run starts from.</summary>
internal enum DrawnStart
{
    /// <summary>Nothing.</summary>
    Afresh,

    /// <summary>Nodes that have ended, with all that they need.</summary>
    CutOff,

    /// <summary>Any nodes that have ended.</summary>
    Anything,
}
