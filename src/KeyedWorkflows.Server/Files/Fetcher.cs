namespace KeyedWorkflows.Server;

/// <summary>Fetches what callers name, and delivers what they asked to be told: one handler for each use, which keeps its connections.</summary>
internal sealed class Fetcher(HttpMessageHandler handler) : IDisposable
{
    public HttpClient Client { get; } = new(handler) { Timeout = Timeout.InfiniteTimeSpan };

    public void Dispose() => Client.Dispose();
}
