using System.Diagnostics;
using System.Net;

namespace KeyedWorkflows.Tests.Models;

public sealed class ModelTransportTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CookiesOfOneTenantNeverTravelWithAnother()
    {
        await using var server = new LoopbackServer(_ => LoopbackServer.Ok("{}", "Set-Cookie: session=tenant-a; Path=/"));
        using var transport = new ModelTransport();
        var client = transport.ClientFor(server.Address);

        await SendAsync(client, server.Address, ("Authorization", "Bearer tenant-a-key"));
        await SendAsync(client, server.Address, ("Authorization", "Bearer tenant-b-key"), ("Cookie", "set=by-hand"));

        Assert.Equal(2, server.Requests.Count);
        Assert.All(server.Requests, request => Assert.DoesNotContain("cookie", request, StringComparison.OrdinalIgnoreCase));
        Assert.Contains("tenant-b-key", server.Requests.Last(), StringComparison.Ordinal);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task BaggageAndTraceHeadersStayHome()
    {
        await using var server = new LoopbackServer();
        using var transport = new ModelTransport();
        using var listener = new ActivityListener { ShouldListenTo = _ => true, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource("tests");
        using var activity = source.StartActivity("run")!;
        activity.SetBaggage("customer", "acme");
        activity.TraceStateString = "vendor=1";

        await SendAsync(transport.ClientFor(server.Address), server.Address, ("traceparent", "00-1-1-01"), ("baggage", "customer=acme"));

        var request = Assert.Single(server.Requests);
        foreach (var name in new[] { "traceparent", "tracestate", "baggage", "Correlation-Context", "Request-Id", "acme" })
            Assert.DoesNotContain(name, request, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task RedirectForwardsNoCustomKeyHeader()
    {
        await using var other = new LoopbackServer();
        await using var server = new LoopbackServer(_ => $"HTTP/1.1 307 Temporary Redirect\r\nLocation: {other.Address}\r\nContent-Length: 0\r\n\r\n");
        using var transport = new ModelTransport();

        using var response = await SendAsync(transport.ClientFor(server.Address), server.Address, ("X-Api-Key", "tenant-a-key"));

        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public void EnvironmentProxyIsIgnored()
    {
        using var connections = ModelTransport.CreateConnections();

        Assert.False(connections.UseProxy);
        Assert.Null(connections.Proxy);
        Assert.Null(connections.Credentials);
        Assert.Null(connections.DefaultProxyCredentials);
        Assert.False(connections.AllowAutoRedirect);
        Assert.False(connections.UseCookies);
        Assert.Null(connections.ActivityHeadersPropagator);
        Assert.Null(connections.SslOptions.RemoteCertificateValidationCallback);
        Assert.True(connections.PooledConnectionLifetime < TimeSpan.FromMinutes(15));
        Assert.Equal(int.MaxValue, connections.MaxConnectionsPerServer);
    }

    [Theory]
    [InlineData("X-Api-Key", "key\r\nGET /other HTTP/1.1")]
    [InlineData("X-Api-Key", "key\n")]
    [InlineData("X-Api-Key", "key\0")]
    [InlineData("X-Api-Key", "kéy")]
    [InlineData("X-Api-Key", "key\u007f")]
    [InlineData("Authorization", "Bearer a\rb")]
    public async Task GuardRefusesControlCharactersInAnyHeader(string name, string value)
    {
        await using var server = new LoopbackServer();
        using var transport = new ModelTransport();
        var client = transport.ClientFor(server.Address);

        var inRequest = await Assert.ThrowsAsync<ModelCallException>(() => SendAsync(client, server.Address, (name, value)));
        using var withContent = new HttpRequestMessage(HttpMethod.Post, server.Address) { Content = new StringContent("{}") };
        withContent.Content.Headers.TryAddWithoutValidation("X-" + name, value);
        var inContent = await Assert.ThrowsAsync<ModelCallException>(() => client.SendAsync(withContent, Token));

        Assert.All([inRequest, inContent], error => Assert.Equal(WorkflowErrorCodes.RequestRefused, error.Code));
        Assert.All([inRequest, inContent], error => Assert.False(error.IsTransient));
        Assert.All([inRequest, inContent], error => Assert.DoesNotContain(value, error.ToString(), StringComparison.Ordinal));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_header_on_the_shared_client_is_refused()
    {
        await using var server = new LoopbackServer();
        using var transport = new ModelTransport();
        var client = transport.ClientFor(server.Address);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer tenant-a-key");

        await Assert.ThrowsAsync<ModelCallException>(() => SendAsync(client, server.Address));

        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_client_goes_to_its_own_endpoint_alone()
    {
        await using var server = new LoopbackServer();
        await using var other = new LoopbackServer();
        using var transport = new ModelTransport();

        await Assert.ThrowsAsync<ModelCallException>(() => SendAsync(transport.ClientFor(server.Address), other.Address, ("X-Api-Key", "tenant-a-key")));

        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task All_keys_share_one_client_and_one_connection_and_no_borrower_can_dispose_it()
    {
        await using var server = new LoopbackServer();
        using var transport = new ModelTransport();
        var client = transport.ClientFor(server.Address);

        for (var i = 0; i < 5; i++)
        {
            Assert.Same(client, transport.ClientFor(new Uri(server.Address, "/v1/chat")));
            await SendAsync(client, server.Address, ("Authorization", "Bearer key-" + i));
            client.Dispose();
        }

        Assert.Equal(5, server.Requests.Count);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(BoundedContent.MaxBytes + 1L)]
    public async Task OversizedAndEndlessProviderAnswersEnd(long? announced)
    {
        using var endless = new EndlessHandler(announced);
        using var transport = new ModelTransport(endless);
        var address = new Uri("https://localhost/");
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using var response = await transport.ClientFor(address).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        var body = await response.Content.ReadAsStreamAsync(Token);

        var error = await Assert.ThrowsAsync<ModelCallException>(() => body.CopyToAsync(Stream.Null, Token));

        Assert.Equal(WorkflowErrorCodes.ProviderFailed, error.Code);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, Uri address, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request, Token);
    }

    private sealed class EndlessHandler(long? announced) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new StreamContent(new EndlessStream()) { Headers = { ContentLength = announced } } });
    }

    /// <summary>It ends at twice what an answer may be long: who reads to that end has no bound of its own.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        private long left = 2L * BoundedContent.MaxBytes;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = (int)Math.Min(left, buffer.Length);
            left -= read;
            return new(read);
        }
    }
}
