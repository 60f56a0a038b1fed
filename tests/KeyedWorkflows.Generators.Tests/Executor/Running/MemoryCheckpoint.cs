using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Generators.Tests.Executor.Running;

/// <summary>Keeps the results of a run in memory.</summary>
/// <param name="definition">The workflow.</param>
/// <param name="kept">What is kept when the run starts.</param>
/// <param name="log">Hears of each value once it is kept.</param>
/// <param name="isSlow">Whether keeping gives the thread back, as a database would.</param>
internal sealed class MemoryCheckpoint(WorkflowDefinition definition, IReadOnlyDictionary<StepKey, StepValue> kept, RunLog log, bool isSlow) : IRunCheckpoint
{
    private readonly Dictionary<StepKey, StepValue> values = new(kept);
    private readonly Lock gate = new();

    public IReadOnlyDictionary<StepKey, StepValue> Values
    {
        get
        {
            lock (gate)
                return new Dictionary<StepKey, StepValue>(values);
        }
    }

    public bool TryGet(StepKey key, out StepValue value) => kept.TryGetValue(key, out value);

    public async ValueTask SaveAsync(StepKey key, StepValue value, CancellationToken cancellationToken)
    {
        if (isSlow)
            await Task.Yield();
        lock (gate)
            values[key] = value;
        if (key.Element is null)
            log.Add(LogKind.Saved, definition.Steps[key.Step].Name);
    }

    public IRunCheckpoint Nested(StepKey key) => throw new NotSupportedException("Drawn workflows have no children.");
}
