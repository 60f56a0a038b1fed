namespace KeyedWorkflows;

/// <summary>
/// The end of every request that the host makes to an address that a caller named, other than a model call: a file to fetch, a callback. Connections are built where those of keys are, with the same
/// properties (no cookies, redirects, proxy or trace headers, certificates checked, an answer with an end), and go through <see cref="EgressConnector"/>. They are shared with no other handler; make
/// one for each use, and keep it. How long a request may take, and how much of an answer is wanted, is for who sends it to say.
/// </summary>
/// <remarks>A refusal is a <see cref="ModelCallException"/> with <see cref="WorkflowErrorCodes.RequestRefused"/>, which is not transient. A redirect is an answer: its target is a new address, to be checked as such.</remarks>
internal sealed class FetchHandler : RequestGuard
{
    public FetchHandler(IEgressNetwork? network = null)
        : this(ModelTransport.CreateConnections(new EgressConnector(network ?? SystemNetwork.Instance)))
    {
    }

    /// <summary>For tests: connections that trust a certificate of the test's own.</summary>
    internal FetchHandler(HttpMessageHandler connections)
        : base(connections)
    {
    }

    protected override void CheckTarget(HttpRequestMessage request)
    {
        if (request.RequestUri is not { } address)
            throw Refused("it has no address");
        if (EgressUrlRules.Fault(address) is { } fault)
            throw new ModelCallException(WorkflowErrorCodes.RequestRefused, $"The request was refused before it was sent: its address {fault}");
    }
}
