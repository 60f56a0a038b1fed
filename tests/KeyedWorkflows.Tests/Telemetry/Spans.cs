using System.Collections.Concurrent;
using System.Diagnostics;

namespace KeyedWorkflows.Tests.Telemetry;

/// <summary>What was traced under some names.</summary>
internal sealed class Spans : IDisposable
{
    private readonly ConcurrentQueue<Activity> ended = [];
    private readonly ActivityListener listener;

    public Spans(params string[] sources)
        : this(static _ => ActivitySamplingResult.AllDataAndRecorded, sources)
    {
    }

    public Spans(Func<string, ActivitySamplingResult> sample, params string[] sources)
    {
        listener = new ActivityListener
        {
            ShouldListenTo = heard => sources.Contains(heard.Name),
            Sample = (ref ActivityCreationOptions<ActivityContext> span) => sample(span.Name),
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
    }

    /// <summary>In the order in which they ended.</summary>
    public IReadOnlyList<Activity> Ended => [.. ended];

    /// <summary>Those of model calls.</summary>
    public IReadOnlyList<Activity> Calls => [.. ended.Where(static span => span.Kind == ActivityKind.Client)];

    /// <summary>Each span behind the spans that it lies under, by name, in the order in which they began: <c>invoke_workflow paid &gt; step Ask</c>.</summary>
    public IReadOnlyList<string> Paths => [.. ended.OrderBy(static span => span.StartTimeUtc).Select(PathOf)];

    public Activity this[string name] => Assert.Single(ended, span => span.DisplayName == name);

    public void Dispose() => listener.Dispose();

    private string PathOf(Activity span) => ended.FirstOrDefault(other => other.SpanId == span.ParentSpanId) is { } above ? PathOf(above) + " > " + span.DisplayName : span.DisplayName;
}
