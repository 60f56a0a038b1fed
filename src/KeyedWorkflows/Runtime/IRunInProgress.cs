namespace KeyedWorkflows.Runtime;

/// <summary>A run that goes on beside its caller, wherever it runs. Safe for use from several threads.</summary>
internal interface IRunInProgress
{
    string RunId { get; }

    RunBinding Binding { get; }

    RunUsage Usage { get; }

    /// <summary>Whether a step marked optional failed.</summary>
    bool IsPartial { get; }

    void Stop();

    /// <summary>Stops the run for a caller that waits for its end, and not for long.</summary>
    void StopSoon();
}
