namespace KeyedWorkflows;

/// <summary>Guards the requests of one endpoint's shared client: they go to that endpoint, and carry nothing that was set for all.</summary>
internal sealed class TransportGuard(string origin, HttpMessageHandler inner) : RequestGuard(inner)
{
    private readonly Uri origin = new(origin);

    /// <summary>The client that all share: headers set on it would go with every key.</summary>
    public HttpClient? Client { get; set; }

    protected override void CheckTarget(HttpRequestMessage request)
    {
        if (request.RequestUri is not { IsAbsoluteUri: true } address || !IsAtOrigin(address) || address.UserInfo.Length > 0)
            throw Refused("it is addressed to another host than its credential's endpoint");
        if (Client?.DefaultRequestHeaders.NonValidated.Count > 0)
            throw Refused("headers were set on the client that all credentials share");
    }

    // Compared part by part: a text of them would be made for every request.
    private bool IsAtOrigin(Uri address) => address.Port == origin.Port && address.Scheme == origin.Scheme && address.Host == origin.Host;
}
