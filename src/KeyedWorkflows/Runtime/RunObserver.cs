namespace KeyedWorkflows.Runtime;

/// <summary>What a run that is listened to, kept, traced or measured needs besides.</summary>
internal sealed class RunObserver
{
    private readonly long[] stepsStartedAt;
    private readonly ulong[] done;

    public RunObserver(WorkflowDefinition definition, IRunListener? listener, IRunCheckpoint? checkpoint, WorkflowTelemetry? telemetry, long startedAt)
    {
        var steps = definition.Steps.Count;
        Listener = listener;
        Checkpoint = checkpoint;
        Trace = telemetry is null ? null : new(telemetry, steps);
        StartedAt = startedAt;
        stepsStartedAt = new long[steps];
        done = checkpoint is null ? [] : new ulong[(steps + 63) >> 6];
        for (var step = 0; checkpoint is not null && step < steps; step++)
        {
            // A step that runs once an element has its results under its elements: it is entered again, and takes them up one by one.
            if (checkpoint.TryGet(new(step), out var value) && (!definition.StepAt(step).IsForEach || value.IsSkipped))
            {
                done[step >> 6] |= 1UL << (step & 63);
                IsPartial |= value.IsPartial;
            }
        }
    }

    public IRunListener? Listener { get; }

    public IRunCheckpoint? Checkpoint { get; }

    /// <summary>Its spans and metrics, where somebody listens to those.</summary>
    public RunTrace? Trace { get; }

    public long StartedAt { get; }

    /// <summary>Whether an optional step had failed before the run was cut off.</summary>
    public bool IsPartial { get; }

    /// <summary>Whether the step was done, or skipped, when the run was cut off.</summary>
    public bool IsDone(int step) => done.Length > 0 && (done[step >> 6] & (1UL << (step & 63))) != 0;

    public long StepStartedAt(int step) => Volatile.Read(ref stepsStartedAt[step]);

    public void StepStarts(int step, long at) => Volatile.Write(ref stepsStartedAt[step], at);
}
