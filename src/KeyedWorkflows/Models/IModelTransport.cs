namespace KeyedWorkflows;

/// <summary>
/// The one place that builds what sends keys. All credentials share one connection pool for each provider endpoint; endpoints that callers name have pools of their own, and only public addresses are
/// connected to for them. A provider takes it from its <see cref="ModelClientContext"/>, which holds the one that is right for the credential. Safe for use from several threads.
/// </summary>
public interface IModelTransport
{
    /// <summary>The client for an endpoint. It carries no headers of its own and must not be disposed.</summary>
    /// <param name="endpoint">The provider's endpoint: https, or http where the operator configured it.</param>
    /// <returns>The client that all callers of this endpoint share.</returns>
    /// <exception cref="ModelCallException">The endpoint is a caller's, and is not https or not a public host's.</exception>
    HttpClient ClientFor(Uri endpoint);
}
