namespace KeyedWorkflows;

/// <summary>
/// The one place that builds what sends keys. All credentials share one connection pool for each provider endpoint. Safe for use from several threads.
/// </summary>
public interface IModelTransport
{
    /// <summary>The client for an endpoint. It carries no headers of its own and must not be disposed.</summary>
    /// <param name="endpoint">The provider's endpoint: https, or http where the operator configured it.</param>
    /// <returns>The client that all callers of this endpoint share.</returns>
    HttpClient ClientFor(Uri endpoint);
}
