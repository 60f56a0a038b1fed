using System.Collections.Concurrent;
using System.Globalization;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Generators.Tests.Emitting;

/// <summary>A checkpoint in memory. A key reads <c>3</c>, <c>3#1</c> for an element, <c>3/0</c> for a step of a sub-workflow.</summary>
internal sealed class MemoryCheckpoint : IRunCheckpoint
{
    private readonly string path;

    public MemoryCheckpoint()
        : this([], "")
    {
    }

    private MemoryCheckpoint(ConcurrentDictionary<string, StepValue> values, string path)
    {
        Values = values;
        this.path = path;
    }

    public ConcurrentDictionary<string, StepValue> Values { get; }

    public bool TryGet(StepKey key, out StepValue value) => Values.TryGetValue(NameOf(key), out value);

    public ValueTask SaveAsync(StepKey key, StepValue value, CancellationToken cancellationToken)
    {
        Values[NameOf(key)] = value;
        return default;
    }

    public IRunCheckpoint Nested(StepKey key) => new MemoryCheckpoint(Values, NameOf(key) + "/");

    private string NameOf(StepKey key) => path + key.Step.ToString(CultureInfo.InvariantCulture) + (key.Element is { } element ? "#" + element.ToString(CultureInfo.InvariantCulture) : "");
}
