using System.Net.Http.Headers;

namespace KeyedWorkflows.Client.Tests.Scene;

/// <summary>
/// Puts streams of a test in the place of the server's first streams, of all where it is not said how many. The server's own are let go of.
/// </summary>
internal sealed class BrokenAnswers(Func<Stream> make, int count = int.MaxValue) : DelegatingHandler
{
    private int streams;

    /// <summary>How many streams were asked for.</summary>
    public int Streams => Volatile.Read(ref streams);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        if (answer.Content.Headers.ContentType?.MediaType != "text/event-stream" || Interlocked.Increment(ref streams) > count)
            return answer;
        answer.Content.Dispose();
        answer.Content = new StreamContent(make()) { Headers = { ContentType = new MediaTypeHeaderValue("text/event-stream") } };
        return answer;
    }
}
