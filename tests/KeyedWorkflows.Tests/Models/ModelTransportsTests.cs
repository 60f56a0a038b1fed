using KeyedWorkflows.Tests.Credentials;
using KeyedWorkflows.Tests.Egress;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Tests.Models;

/// <summary>Endpoints of operators and endpoints that callers name: two transports that share nothing.</summary>
public sealed class ModelTransportsTests
{
    private static readonly ClientKey Key = new(ClientKind.Chat, "model-1", null);

    private readonly List<ModelClientContext> contexts = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_to_an_operators_private_endpoint_is_not_reused_for_a_caller_who_names_it()
    {
        using var certificate = LoopbackCertificate.For("localhost");
        await using var server = new LoopbackServer(certificate: certificate);
        using var transports = new ModelTransports(new ModelTransport(ModelTransport.CreateConnections().Trusting(certificate)));
        var endpoint = new Uri($"https://localhost:{server.EndPoint.Port}/v1");
        var ofOperator = TransportOf(transports, Profiles.Of("a") with { Endpoint = endpoint });
        await SendAsync(ofOperator, endpoint);
        await SendAsync(ofOperator, endpoint);
        Assert.Equal(1, server.Connections);

        var error = await Assert.ThrowsAsync<ModelCallException>(() => SendAsync(TransportOf(transports, Inline(endpoint, EndpointOrigin.Caller)), endpoint));

        Assert.Equal((WorkflowErrorCodes.RequestRefused, false), (error.Code, error.IsTransient));
        Assert.Equal((2, 1), (server.Requests.Count, server.Connections));
    }

    [Fact]
    public async Task A_private_address_behind_a_callers_endpoint_sees_no_byte()
    {
        await using var inside = new LoopbackServer();
        using var callers = ModelTransport.ForCallers(new FakeNetwork().Name("models.example", [["127.0.0.1"]]));
        var endpoint = new Uri($"https://models.example:{inside.EndPoint.Port}/v1");

        await Assert.ThrowsAsync<ModelCallException>(() => SendAsync(callers, endpoint));

        Assert.Equal(0, inside.Connections);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("https://127.0.0.1:{0}/")]
    [InlineData("http://models.example:{0}/")]
    public async Task Whatever_a_provider_makes_of_a_callers_endpoint_it_gets_no_client_for_http_or_a_private_address(string form)
    {
        await using var inside = new LoopbackServer();
        using var transports = new ModelTransports();
        var transport = TransportOf(transports, Inline(new Uri("https://models.example/v1"), EndpointOrigin.Caller));

        var error = Assert.Throws<ModelCallException>(() => transport.ClientFor(new Uri(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, inside.EndPoint.Port))));

        Assert.Equal(WorkflowErrorCodes.RequestRefused, error.Code);
        Assert.Equal(0, inside.Connections);
    }

    [Fact]
    public void Whose_endpoint_it_is_decides_and_what_is_not_said_to_be_the_hosts_is_a_callers()
    {
        using var transports = new ModelTransports();
        var endpoint = new Uri("https://models.example/v1");

        Assert.Same(transports.Operators, TransportOf(transports, Profiles.Of("a")));
        Assert.Same(transports.Operators, TransportOf(transports, Profiles.Of("a") with { Endpoint = endpoint }));
        Assert.Same(transports.Operators, TransportOf(transports, Inline(endpoint, EndpointOrigin.Host)));
        Assert.Same(transports.Operators, TransportOf(transports, Inline(null, EndpointOrigin.Caller)));
        Assert.NotSame(transports.Operators, TransportOf(transports, Inline(endpoint, EndpointOrigin.Caller)));
        Assert.NotSame(transports.Operators, TransportOf(transports, new InlineCredential("openai", Secret.From(Profiles.NewKey()), endpoint)));
    }

    private static InlineCredential Inline(Uri? endpoint, EndpointOrigin origin) => new("openai", Secret.From(Profiles.NewKey()), endpoint, origin);

    private IModelTransport TransportOf(ModelTransports transports, StoredProfile profile)
    {
        Factory(transports).Create(Key, profile).Dispose();
        return contexts[^1].Transport;
    }

    private IModelTransport TransportOf(ModelTransports transports, InlineCredential credential)
    {
        Factory(transports).Create(Key, credential).Dispose();
        return contexts[^1].Transport;
    }

    private ModelClientFactory Factory(ModelTransports transports) => new(new ModelProviders([new FakeProvider("openai", chat: Keep)], false), transports);

    private NoClient Keep(ModelClientContext context)
    {
        contexts.Add(context);
        return new NoClient();
    }

    private static async Task SendAsync(IModelTransport transport, Uri endpoint)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, endpoint);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + Profiles.NewKey());
        using var response = await transport.ClientFor(endpoint).SendAsync(request, Token);
        response.EnsureSuccessStatusCode();
    }

    private sealed class NoClient : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
