namespace KeyedWorkflows.Testing;

/// <summary>The last before the connection: writes on each request which run made it.</summary>
internal sealed class RunMarkHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Remove(ModelServer.TestRunHeader);
        if (RunMark.Current is { } mark)
            request.Headers.TryAddWithoutValidation(ModelServer.TestRunHeader, mark);
        return base.SendAsync(request, cancellationToken);
    }
}
