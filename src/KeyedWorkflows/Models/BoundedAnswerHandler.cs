namespace KeyedWorkflows;

/// <summary>Gives answers a body with an end, which is read and let go by one at a time (<see cref="BoundedStream"/>): for the client of a library that lets go of a body while it is read.</summary>
internal sealed class BoundedAnswerHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        response.Content = new BoundedContent(response.Content);
        return response;
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => throw new NotSupportedException("Requests are sent asynchronously.");
}
