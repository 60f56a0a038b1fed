using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace KeyedWorkflows.Tests.Telemetry;

/// <summary>What was measured under one name.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly ConcurrentQueue<(string Instrument, double Value, string Tags)> all = [];
    private readonly MeterListener listener = new();

    public Measurements(string meter)
    {
        listener.InstrumentPublished = (instrument, mine) =>
        {
            if (instrument.Meter.Name == meter)
                mine.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
    }

    /// <summary>What one instrument measured: the value and its tags, in the order of their names.</summary>
    public IReadOnlyList<string> Of(string instrument) =>
        [.. all.Where(one => one.Instrument == instrument).Select(static one => one.Value.ToString(CultureInfo.InvariantCulture) + " " + one.Tags)];

    /// <summary>All of it.</summary>
    public IReadOnlyList<string> Lines => [.. all.Select(static one => $"{one.Instrument} {one.Value} {one.Tags}")];

    public void Dispose() => listener.Dispose();

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var texts = new List<string>();
        foreach (var tag in tags)
            texts.Add($"{tag.Key}={tag.Value}");
        texts.Sort(StringComparer.Ordinal);
        all.Enqueue((instrument.Name, value, string.Join(' ', texts)));
    }
}
