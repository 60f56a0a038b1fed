namespace KeyedWorkflows;

/// <summary>
/// The two transports of a host: one for endpoints that the operator stands for, which may be private, and one for those that callers name, which go through <see cref="EgressConnector"/>. They share
/// no connection: one that was opened for an operator's private endpoint must not serve a caller who names the same host. Whose endpoint it is decides here, so that a provider is given the one
/// that is right, and can ask for no other.
/// </summary>
internal sealed class ModelTransports(ModelTransport operators, ModelTransport callers) : IDisposable
{
    public ModelTransports()
        : this(new ModelTransport())
    {
    }

    public ModelTransports(ModelTransport operators)
        : this(operators, ModelTransport.ForCallers())
    {
    }

    /// <summary>The transport of stored profiles: their endpoints, and those of the providers' options, are configuration or administration.</summary>
    public IModelTransport Operators => operators;

    /// <summary>The transport of a key that was given for one run. Without an endpoint of its own it goes to the provider's, which is the operator's word.</summary>
    public IModelTransport Of(InlineCredential credential) => credential.Endpoint is null || credential.EndpointOrigin != EndpointOrigin.Caller ? operators : callers;

    public void Dispose()
    {
        operators.Dispose();
        callers.Dispose();
    }
}
