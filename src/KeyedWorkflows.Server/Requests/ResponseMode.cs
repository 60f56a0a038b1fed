namespace KeyedWorkflows.Server;

/// <summary>How a caller wants to hear of its run.</summary>
internal enum ResponseMode
{
    /// <summary>One answer, when the run has ended.</summary>
    Blocking,

    /// <summary>Its events, as they happen.</summary>
    Streaming,

    /// <summary>The run's id, at once.</summary>
    Async,
}
