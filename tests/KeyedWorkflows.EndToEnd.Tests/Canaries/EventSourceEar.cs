using System.Diagnostics.Tracing;

namespace KeyedWorkflows.EndToEnd.Tests.Canaries;

/// <summary>
/// Listens to the event sources of the process, in full: .NET's HTTP, sockets, names and TLS among them. Not to <c>Private.InternalDiagnostics.*</c>: these write a request's headers as they go out, key included, whatever a
/// program does; they are for who debugs .NET, nobody has them on by chance, and SECURITY.md says so. Nor to the runtime's own (its collector, threads and pools, which carry no text), nor to those of the server in this process that
/// plays the provider.
/// </summary>
internal sealed class EventSourceEar : EventListener
{
    public static readonly string[] Http = ["System.Net.Http", "System.Net.Sockets", "System.Net.NameResolution", "System.Net.Security"];

    private static readonly string[] LeftOut = ["Private.InternalDiagnostics", "Microsoft-Windows-DotNETRuntime", "NativeRuntimeEventSource", "System.Threading.Tasks", "System.Buffers", "System.Collections.Concurrent", "System.Diagnostics.Metrics", "Microsoft-AspNetCore-Server-Kestrel"];

    // The base class calls back before this class's own fields are set: what it tells then is enabled once they are.
    private readonly Evidence? evidence;
    private readonly HashSet<string> heard = [];

    public EventSourceEar(Evidence evidence)
    {
        this.evidence = evidence;
        foreach (var source in EventSource.GetSources())
            Enable(source);
    }

    /// <summary>The sources that said something.</summary>
    public IReadOnlyCollection<string> Heard
    {
        get
        {
            lock (heard)
                return [.. heard];
        }
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (evidence is not null)
            Enable(eventSource);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (evidence is null)
            return;
        lock (heard)
            heard.Add(eventData.EventSource.Name);
        evidence.Note(Channel.EventSources, $"{eventData.EventSource.Name}/{eventData.EventName}: {eventData.Message} {string.Join(' ', eventData.Payload?.Select(Text) ?? [])}");
    }

    private static string Text(object? value) => value switch
    {
        byte[] bytes => System.Text.Encoding.Latin1.GetString(bytes),
        IEnumerable<KeyValuePair<string, object?>> pairs => string.Join(' ', pairs.Select(static pair => $"{pair.Key}={Text(pair.Value)}")),
        object?[] values => string.Join(' ', values.Select(Text)),
        _ => value?.ToString() ?? "",
    };

    private void Enable(EventSource source)
    {
        if (!LeftOut.Any(name => source.Name.StartsWith(name, StringComparison.Ordinal)))
            EnableEvents(source, EventLevel.Verbose, EventKeywords.All);
    }
}
