using System.Collections.Concurrent;
using System.Net;

namespace KeyedWorkflows;

/// <summary>
/// Builds everything that sends keys. All keys share one pool of connections for each endpoint, and nothing of one tenant's answer or of the host's environment goes along with
/// another's request: no cookies, redirects, proxy, trace headers or default headers. Time and retries are the model-call policy's.
/// </summary>
internal sealed class ModelTransport : IModelTransport, IDisposable
{
    /// <summary>Origins are forgotten beyond this number: a client holds no connection of its own, so that the next call only makes a new one.</summary>
    private const int MaxOrigins = 1_000;

    private readonly ConcurrentDictionary<string, HttpClient> clients = new(StringComparer.Ordinal);
    private readonly HttpMessageHandler connections;
    private readonly bool isForCallers;

    /// <summary>The transport of operators' endpoints, which may be private.</summary>
    public ModelTransport()
        : this(CreateConnections())
    {
    }

    /// <summary>For tests: the requests end at this handler in the place of sockets.</summary>
    internal ModelTransport(HttpMessageHandler connections, bool isForCallers = false)
    {
        this.connections = connections;
        this.isForCallers = isForCallers;
    }

    /// <summary>The transport of callers' endpoints: https alone, to public addresses alone, over connections of its own.</summary>
    public static ModelTransport ForCallers(IEgressNetwork? network = null) =>
        new(CreateConnections(new EgressConnector(network ?? SystemNetwork.Instance)), isForCallers: true);

    public HttpClient ClientFor(Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var origin = endpoint.GetLeftPart(UriPartial.Authority);
        if (clients.TryGetValue(origin, out var client))
            return client;

        // The binding has refused it before. Here it holds whatever a provider made of the endpoint.
        if (isForCallers && EgressUrlRules.Fault(endpoint) is { } fault)
            throw new ModelCallException(WorkflowErrorCodes.RequestRefused, $"The request was refused before it was sent: the endpoint that was given with its key {fault}");
        if (clients.Count >= MaxOrigins)
            clients.Clear();
        return clients.GetOrAdd(origin, static (key, inner) => new SharedHttpClient(new TransportGuard(key, inner)), connections);
    }

    public void Dispose() => connections.Dispose();

    /// <param name="connector">What opens connections to hosts that a caller named; null where an operator did.</param>
    internal static SocketsHttpHandler CreateConnections(EgressConnector? connector = null) => new()
    {
        ConnectCallback = connector is null ? null : (context, cancellationToken) => connector.ConnectAsync(context.DnsEndPoint, cancellationToken),
        UseCookies = false,
        AllowAutoRedirect = false,
        UseProxy = false,
        Credentials = null,
        PreAuthenticate = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = 64,
        MaxConnectionsPerServer = int.MaxValue,
        EnableMultipleHttp2Connections = true,
        // The look-up and all addresses that are tried, together.
        ConnectTimeout = TimeSpan.FromSeconds(15),
        // Long enough for reuse, short enough to follow a change of address.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
    };

    /// <summary>Provider libraries may dispose what they are given: this one is everybody's.</summary>
    private sealed class SharedHttpClient : HttpClient
    {
        public SharedHttpClient(TransportGuard guard)
            : base(guard, disposeHandler: false)
        {
            guard.Client = this;
            Timeout = System.Threading.Timeout.InfiniteTimeSpan;
            MaxResponseContentBufferSize = BoundedContent.MaxBytes;
            DefaultRequestVersion = HttpVersion.Version20;
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        }

        protected override void Dispose(bool disposing) => base.Dispose(disposing: false);
    }
}
