namespace KeyedWorkflows.Analyzers.Secrets;

/// <summary>Where a key must not get.</summary>
internal enum KeyPlace
{
    Log,
    Console,
    Trace,
    Exception,
    Prompt,

    /// <summary>The result of a step.</summary>
    Result,

    /// <summary>The result of a tool, which the model is told.</summary>
    Answer,
}
