using System.Collections.Concurrent;

namespace KeyedWorkflows.EndToEnd.Tests.Canaries;

/// <summary>All that was seen on each channel, each text once. Safe for use from several threads.</summary>
internal sealed class Evidence
{
    private readonly Dictionary<Channel, ConcurrentDictionary<string, bool>> texts = Enum.GetValues<Channel>().ToDictionary(static channel => channel, static _ => new ConcurrentDictionary<string, bool>(StringComparer.Ordinal));

    public void Note(Channel channel, string? text)
    {
        if (!string.IsNullOrEmpty(text))
            texts[channel].TryAdd(text, true);
    }

    /// <summary>Takes bytes of whatever kind as a text that holds each byte as a character.</summary>
    public void Note(Channel channel, ReadOnlySpan<byte> bytes) => Note(channel, System.Text.Encoding.Latin1.GetString(bytes));

    public IEnumerable<string> Of(Channel channel) => texts[channel].Keys;

    /// <summary>What was found, one line each, with nothing of the key in it.</summary>
    public IReadOnlyList<string> Find(CanarySearch search) =>
        [.. texts.SelectMany(channel => channel.Value.Keys.Select(text => (channel.Key, Found: search.In(text)))).Where(static one => one.Found is not null).Select(static one => $"{one.Key}: {one.Found}").Distinct()];

    public IReadOnlyList<Channel> Silent => [.. texts.Where(static channel => channel.Value.IsEmpty).Select(static channel => channel.Key)];
}
