using System.Net;

namespace KeyedWorkflows.Benchmarks.Guards;

/// <summary>Answers each request at once, as a connection would whose answer says its length.</summary>
internal sealed class StubConnections : HttpMessageHandler
{
    private static readonly byte[] Body = "{}"u8.ToArray();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var content = new ByteArrayContent(Body);
        content.Headers.ContentLength = Body.Length;
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content, RequestMessage = request });
    }
}
