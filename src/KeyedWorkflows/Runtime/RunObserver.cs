namespace KeyedWorkflows.Runtime;

/// <summary>What a run that is listened to, or kept, needs besides.</summary>
internal sealed class RunObserver(IRunListener? listener, IRunCheckpoint? checkpoint, long startedAt, int steps)
{
    private readonly long[] stepsStartedAt = new long[steps];

    public IRunListener? Listener => listener;

    public IRunCheckpoint? Checkpoint => checkpoint;

    public long StartedAt => startedAt;

    public long StepStartedAt(int step) => Volatile.Read(ref stepsStartedAt[step]);

    public void StepStarts(int step, long at) => Volatile.Write(ref stepsStartedAt[step], at);
}
