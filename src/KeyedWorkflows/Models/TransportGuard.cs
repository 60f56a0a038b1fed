using System.Net;
using System.Net.Http.Headers;

namespace KeyedWorkflows;

/// <summary>
/// The last that sees a request before the connection, whoever built it. A header with a line break would end the request and begin another one on a connection that tenants
/// share, so that the next tenant's key became its body: such a request is refused here.
/// </summary>
internal sealed class TransportGuard(string origin, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private readonly Uri origin = new(origin);

    /// <summary>Headers that would carry the host's traces, or one tenant's cookies, to a provider.</summary>
    private static readonly string[] StayHome = ["traceparent", "tracestate", "baggage", "Request-Id", "Correlation-Context", "Cookie"];

    /// <summary>The client that all share: headers set on it would go with every key.</summary>
    public HttpClient? Client { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Check(request);
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (!HasEnd(response))
            response.Content = new BoundedContent(response.Content);
        return response;
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Model providers are called asynchronously.");

    private void Check(HttpRequestMessage request)
    {
        if (request.RequestUri is not { IsAbsoluteUri: true } address || !IsAtOrigin(address) || address.UserInfo.Length > 0)
            throw Refused("it is addressed to another host than its credential's endpoint");
        if (request.Headers.Host is not null)
            throw Refused("a header names another host than its address");
        if (Client?.DefaultRequestHeaders.NonValidated.Count > 0)
            throw Refused("headers were set on the client that all credentials share");
        foreach (var name in StayHome)
            request.Headers.Remove(name);
        CheckHeaders(request.Headers.NonValidated);
        if (request.Content is { } content)
            CheckHeaders(content.Headers.NonValidated);

        // Requests that libraries build say 1.1, and mean nothing by it.
        if (request.Version == HttpVersion.Version11)
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower);
    }

    // Compared part by part: a text of them would be made for every request.
    private bool IsAtOrigin(Uri address) => address.Port == origin.Port && address.Scheme == origin.Scheme && address.Host == origin.Host;

    /// <summary>Whether the connection itself reads no further than an answer may be long: to a length that was sent. In HTTP/2 it is a mere word.</summary>
    private static bool HasEnd(HttpResponseMessage response) =>
        response.Version.Major == 1 && response.Headers.TransferEncodingChunked != true
        && response.Content.Headers is var headers && headers.NonValidated.Contains("Content-Length") && headers.ContentLength <= BoundedContent.MaxBytes;

    private static void CheckHeaders(HttpHeadersNonValidated headers)
    {
        foreach (var header in headers)
        {
            if (header.Key.AsSpan().ContainsAnyExceptInRange('!', '~'))
                throw Refused("the name of a header holds characters outside printable ASCII");
            foreach (var value in header.Value)
            {
                if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
                    throw Refused("the value of a header holds characters outside printable ASCII");
            }
        }
    }

    private static ModelCallException Refused(string why) => new(WorkflowErrorCodes.RequestRefused, $"The request was refused before it was sent: {why}.");
}
