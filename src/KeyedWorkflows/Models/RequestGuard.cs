using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;

namespace KeyedWorkflows;

/// <summary>
/// The last that sees a request before the connection, whoever built it. A header with a line break would end the request and begin another one on a connection that tenants
/// share, so that the next tenant's key became its body: such a request is refused here.
/// </summary>
internal abstract class RequestGuard(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Headers that would carry the host's traces, or one tenant's cookies, to somebody else.</summary>
    private static readonly string[] StayHome = ["traceparent", "tracestate", "baggage", "Request-Id", "Correlation-Context", "Cookie"];

    protected sealed override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Check(request);
        HttpResponseMessage response;
        try
        {
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException failed) when (failed.InnerException is ModelCallException refused)
        {
            // What refuses to connect is wrapped as a connection that broke, which would be tried again. One of its own for each request: more than one may have waited for the connection.
            throw new ModelCallException(refused.Code, refused.Message) { IsTransient = refused.IsTransient };
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            throw WithoutWords(failed);
        }
        response.Content = new BoundedContent(response.Content);
        return response;
    }

    protected sealed override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Requests are sent asynchronously.");

    /// <summary>Refuses a request that goes where it must not go.</summary>
    protected abstract void CheckTarget(HttpRequestMessage request);

    protected static ModelCallException Refused(string why) => new(WorkflowErrorCodes.RequestRefused, $"The request was refused before it was sent: {why}.");

    private void Check(HttpRequestMessage request)
    {
        CheckTarget(request);
        if (request.Headers.Host is not null)
            throw Refused("a header names another host than its address");
        foreach (var name in StayHome)
            request.Headers.Remove(name);
        CheckHeaders(request.Headers.NonValidated);
        if (request.Content is { } content)
        {
            CheckHeaders(content.Headers.NonValidated);
            if (request.RequestUri!.Scheme == Uri.UriSchemeHttps)
                request.Content = new OneShotContent(content);
        }

        // Requests that libraries build say 1.1, and mean nothing by it. Never above 2: HTTP/3 opens connections of its own, past the check of addresses.
        if (request.Version != HttpVersion.Version20 || request.VersionPolicy != HttpVersionPolicy.RequestVersionOrLower)
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower);
    }

    /// <summary>
    /// A fault of the connection in words of ours: .NET's may repeat a header line that the server sent, with a key that it echoed, and <see cref="HttpClient"/> reports whatever passes through it to whoever listens to its event source.
    /// </summary>
    private static HttpRequestException WithoutWords(Exception failed)
    {
        Exception? cause = null;
        for (var inner = failed.InnerException; inner is not null && cause is null; inner = inner.InnerException)
        {
            cause = inner switch
            {
                SocketException socket => new SocketException((int)socket.SocketErrorCode),
                AuthenticationException => new AuthenticationException("The server's certificate was not accepted."),
                _ => null,
            };
        }
        var http = failed as HttpRequestException;
        return new HttpRequestException(http?.HttpRequestError ?? HttpRequestError.Unknown, "The connection failed, or the server's answer was none of HTTP.", cause, http?.StatusCode);
    }

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
}
