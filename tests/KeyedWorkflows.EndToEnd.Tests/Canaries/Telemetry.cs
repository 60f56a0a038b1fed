using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace KeyedWorkflows.EndToEnd.Tests.Canaries;

/// <summary>OpenTelemetry as an operator may set it up: every source and every meter, nothing sampled away, to an exporter.</summary>
internal sealed class Telemetry : IDisposable
{
    private readonly List<Activity> spans = [];
    private readonly List<Metric> metrics = [];
    private readonly TracerProvider tracer;
    private readonly MeterProvider meter;

    public Telemetry()
    {
        tracer = Sdk.CreateTracerProviderBuilder().AddSource("*").SetSampler(new AlwaysOnSampler()).AddInMemoryExporter(spans).Build();
        meter = Sdk.CreateMeterProviderBuilder().AddMeter("*").AddInMemoryExporter(metrics).Build();
    }

    /// <summary>Ends the exports, and hands over what was exported.</summary>
    public void NoteTo(Evidence evidence)
    {
        meter.ForceFlush();
        Dispose();
        foreach (var span in spans)
        {
            evidence.Note(Channel.Traces, $"{span.Source.Name} {span.OperationName} {span.DisplayName} {span.StatusDescription} {span.TraceStateString} {Text(span.TagObjects)} {Text(span.Baggage)}");
            foreach (var happened in span.Events)
                evidence.Note(Channel.Traces, $"{span.Source.Name} {happened.Name} {Text(happened.Tags)}");
            foreach (var link in span.Links)
                evidence.Note(Channel.Traces, $"{span.Source.Name} link {Text(link.Tags ?? [])}");
        }
        foreach (var metric in metrics)
        {
            evidence.Note(Channel.Metrics, $"{metric.MeterName} {metric.Name} {metric.Description} {metric.Unit}");
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                foreach (var tag in point.Tags)
                    evidence.Note(Channel.Metrics, $"{metric.Name} {tag.Key}={tag.Value}");
            }
        }
    }

    public void Collect() => meter.ForceFlush();

    public void Dispose()
    {
        tracer.Dispose();
        meter.Dispose();
    }

    private static string Text<T>(IEnumerable<KeyValuePair<string, T>> pairs) => string.Join(' ', pairs.Select(static pair => $"{pair.Key}={(pair.Value is System.Collections.IEnumerable several and not string ? string.Join(',', several.Cast<object?>()) : pair.Value)}"));
}
