using System.Collections.Concurrent;
using System.Text.Json;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Tests.Runtime;

/// <summary>Keeps results in memory. Keys of a sub-workflow's steps lie under the step that runs it: <c>1/0</c>; elements are <c>2[3]</c>.</summary>
internal sealed class MemoryCheckpoint : IRunCheckpoint
{
    private readonly ConcurrentDictionary<string, StepValue> values;
    private readonly string prefix;

    public MemoryCheckpoint()
        : this(new(), "")
    {
    }

    private MemoryCheckpoint(ConcurrentDictionary<string, StepValue> values, string prefix)
    {
        this.values = values;
        this.prefix = prefix;
    }

    /// <summary>What is called after each save, with its key.</summary>
    public Func<string, CancellationToken, ValueTask>? Saved { get; init; }

    /// <summary>What is kept, as <c>key = json</c>, <c>key = skipped</c> or <c>key = failed</c>.</summary>
    public IReadOnlyList<string> Lines => [.. values.OrderBy(static entry => entry.Key, StringComparer.Ordinal).Select(static entry => $"{entry.Key} = {(entry.Value is { IsSkipped: true, IsPartial: true } ? "failed" : entry.Value.IsSkipped ? "skipped" : System.Text.Encoding.UTF8.GetString(entry.Value.Json.Span))}")];

    public MemoryCheckpoint With<T>(string key, T value)
    {
        values[key] = StepValue.Finished(JsonSerializer.SerializeToUtf8Bytes(value, WorkflowJson.Reflection));
        return this;
    }

    public MemoryCheckpoint WithJson(string key, string json)
    {
        values[key] = StepValue.Finished(System.Text.Encoding.UTF8.GetBytes(json));
        return this;
    }

    public MemoryCheckpoint WithSkipped(string key)
    {
        values[key] = StepValue.Skipped;
        return this;
    }

    public bool TryGet(StepKey key, out StepValue value) => values.TryGetValue(prefix + Name(key), out value);

    public async ValueTask SaveAsync(StepKey key, StepValue value, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        values[prefix + Name(key)] = value;
        if (Saved is not null)
            await Saved(prefix + Name(key), cancellationToken);
    }

    public IRunCheckpoint Nested(StepKey key) => new MemoryCheckpoint(values, prefix + Name(key) + "/") { Saved = Saved };

    private static string Name(StepKey key) => key.Element is { } element ? $"{key.Step}[{element}]" : $"{key.Step}";
}
