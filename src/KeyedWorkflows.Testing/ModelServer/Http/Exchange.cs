using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Testing;

/// <summary>One request with its response, and the account it is counted for.</summary>
internal sealed class Exchange(ModelServer server, HttpContext http, ModelRequest request, KeyAccount account)
{
    private int _counted;

    public ModelServer Server => server;

    public HttpContext Http => http;

    public ModelRequest Request => request;

    public KeyAccount Account => account;

    public PipeWriter Body => http.Response.BodyWriter;

    public long Created { get; } = server.Options.TimeProvider.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Books an answer. Called just before its last bytes go out, so that what a client has read is always booked.</summary>
    public void Count(ModelTokens tokens)
    {
        if (Interlocked.Exchange(ref _counted, 1) == 0)
            account.Count(tokens);
    }

    public void CountFailure()
    {
        if (Interlocked.Exchange(ref _counted, 1) == 0)
            account.CountFailure();
    }

    /// <summary>Sends a whole JSON response.</summary>
    public async ValueTask SendAsync(int status, JsonScratch json)
    {
        var bytes = json.Written();
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = bytes.Length;

        // Headers and body in one write. The writer has copied the bytes when the call returns, so the scratch is free.
        await Body.WriteAsync(bytes).ConfigureAwait(false);
    }

    /// <summary>Starts a response that is written in parts; before that Kestrel's writer gives no memory.</summary>
    public Task StartAsync(string contentType, long? length = null)
    {
        http.Response.StatusCode = 200;
        http.Response.ContentType = contentType;
        http.Response.ContentLength = length;
        return http.Response.StartAsync();
    }

    /// <summary>Waits as the answer wants it, until the client goes or the server stops.</summary>
    public async Task HoldAsync(ModelAnswer answer, bool begun)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, server.Stopping);
        if (!begun && answer.Delay > TimeSpan.Zero)
            await Task.Delay(answer.Delay, server.Options.TimeProvider, gone.Token).ConfigureAwait(false);
        if (answer.Gate is { } gate && (begun || answer.GateAfterChunks == 0 || !request.IsStreaming))
            await gate.WaitAsync(gone.Token).ConfigureAwait(false);
    }
}
