using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.EndToEnd.Tests.Canaries;

/// <summary>A checkpoint that keeps nothing and notes what it is given.</summary>
internal sealed class KeptValues(Evidence evidence) : IRunCheckpoint
{
    public bool TryGet(StepKey key, out StepValue value)
    {
        value = default;
        return false;
    }

    public ValueTask SaveAsync(StepKey key, StepValue value, CancellationToken cancellationToken)
    {
        evidence.Note(Channel.Checkpoints, value.Json.Span);
        return default;
    }

    public IRunCheckpoint Nested(StepKey key) => this;
}
