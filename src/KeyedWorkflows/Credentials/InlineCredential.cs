namespace KeyedWorkflows;

/// <summary>A key given for one run, with what goes with it. Never stored; its clients live with it, and end with the run.</summary>
internal sealed class InlineCredential(string provider, Secret key, Uri? endpoint, EndpointOrigin endpointOrigin = EndpointOrigin.Caller)
{
    public string Provider { get; } = provider;

    public Secret Key { get; } = key;

    public Uri? Endpoint { get; } = endpoint;

    /// <summary>Who named the endpoint: what is not said to be the host's goes through the policy of callers.</summary>
    public EndpointOrigin EndpointOrigin { get; } = endpointOrigin;

    /// <summary>The run's own clients: sub-workflows share them, other runs never.</summary>
    public ClientSet Clients { get; } = new("");

    public override string ToString() => $"key given for this run (provider {Provider})";
}
