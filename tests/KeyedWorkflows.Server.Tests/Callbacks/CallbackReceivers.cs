using System.Collections.Concurrent;
using System.Net;

namespace KeyedWorkflows.Server.Tests.Callbacks;

/// <summary>The receivers of callbacks, by their hosts: each answers as the test says.</summary>
internal sealed class CallbackReceivers(Func<string, CancellationToken, Task<HttpStatusCode>> answer) : HttpMessageHandler
{
    private readonly ConcurrentDictionary<string, int> underWay = new();
    private readonly SemaphoreSlim arrived = new(0);

    /// <summary>The hosts that were called, in order.</summary>
    public ConcurrentQueue<string> Arrived { get; } = new();

    /// <summary>How many were under way at once to one host, at most.</summary>
    public int MostToHost { get; private set; }

    /// <summary>The hosts whose calls have ended, whichever way.</summary>
    public ConcurrentQueue<string> Ended { get; } = new();

    /// <summary>Waits for the next call.</summary>
    public Task<bool> NextAsync(TimeSpan? patience = null) => arrived.WaitAsync(patience ?? TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var host = request.RequestUri!.Host;
        var now = underWay.AddOrUpdate(host, 1, static (_, count) => count + 1);
        lock (underWay)
            MostToHost = Math.Max(MostToHost, now);
        Arrived.Enqueue(host);
        arrived.Release();
        try
        {
            return new HttpResponseMessage(await answer(host, cancellationToken));
        }
        finally
        {
            Ended.Enqueue(host);
            underWay.AddOrUpdate(host, 0, static (_, count) => count - 1);
        }
    }

    protected override void Dispose(bool disposing)
    {
        arrived.Dispose();
        base.Dispose(disposing);
    }
}
