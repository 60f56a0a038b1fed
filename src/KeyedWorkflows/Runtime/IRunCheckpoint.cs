namespace KeyedWorkflows.Runtime;

/// <summary>
/// Where the results of a run's steps are kept, so that a run that was cut off starts from them. The consumers of a step start after its value was saved. Safe for use from several threads.
/// </summary>
internal interface IRunCheckpoint
{
    /// <summary>What was kept when the run started: answered from memory.</summary>
    bool TryGet(StepKey key, out StepValue value);

    /// <summary>Keeps a value.</summary>
    ValueTask SaveAsync(StepKey key, StepValue value, CancellationToken cancellationToken);

    /// <summary>The checkpoint of the sub-workflow that a step (or an element of it) runs.</summary>
    IRunCheckpoint Nested(StepKey key);
}
