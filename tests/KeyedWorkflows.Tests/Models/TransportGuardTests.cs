using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using KeyedWorkflows.Tests.Credentials;

namespace KeyedWorkflows.Tests.Models;

/// <summary>Attacks on the connection that all tenants share.</summary>
public sealed class TransportGuardTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SmuggledRequestNeverReachesSharedConnection()
    {
        await using var server = new LoopbackServer();
        using var transport = new ModelTransport();
        var client = transport.ClientFor(server.Address);
        await SendAsync(client, server.Address, ("Authorization", "Bearer tenant-a-key"));

        string[] attacks =
        [
            "key\r\nContent-Length: 400\r\n\r\nPOST /v1/evil HTTP/1.1\r\nHost: x\r\n", "key\r\n\r\nGET /evil HTTP/1.1\r\n\r\n", "key\nTransfer-Encoding: chunked", "key\r", "key\u0085evil", "key\u2028evil",
        ];
        // One that gets through has no end for the server, which would wait for the rest of it, and so would the test.
        foreach (var attack in attacks)
            await Assert.ThrowsAsync<ModelCallException>(() => SendAsync(client, server.Address, ("X-Api-Key", attack)).WaitAsync(TimeSpan.FromSeconds(10), Token));
        await SendAsync(client, server.Address, ("Authorization", "Bearer tenant-b-key"));

        Assert.Equal(2, server.Requests.Count);
        Assert.All(server.Requests, request => Assert.StartsWith("GET / HTTP/1.1\r\n", request, StringComparison.Ordinal));
        Assert.All(server.Requests, request => Assert.DoesNotContain("evil", request, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("tenant-a-key", server.Requests.Last(), StringComparison.Ordinal);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n{0}\r\n\r\n")]
    [InlineData("{0}\r\n\r\n")]
    public async Task What_a_server_says_against_the_protocol_is_not_repeated_to_whoever_listens(string answer)
    {
        var key = Profiles.NewKey();
        await using var server = new LoopbackServer(_ => string.Format(System.Globalization.CultureInfo.InvariantCulture, answer, key));
        using var transport = new ModelTransport();
        using var listener = new HttpEvents();

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(transport.ClientFor(server.Address), server.Address, ("Authorization", "Bearer " + key)));

        Assert.DoesNotContain(key, error.ToString(), StringComparison.Ordinal);
        Assert.Contains(listener.Texts, static text => text.Contains("RequestFailed", StringComparison.Ordinal));
        Assert.All(listener.Texts, text => Assert.DoesNotContain(key, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_that_the_connection_would_send_again_by_itself_fails_as_one_that_may_be_tried_again()
    {
        using var transport = new ModelTransport(new Resending());
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://models.example/v1/chat") { Content = new StringContent("{}") };

        var error = await Assert.ThrowsAsync<ModelCallException>(() => transport.ClientFor(request.RequestUri!).SendAsync(request, Token));

        Assert.Equal((WorkflowErrorCodes.ConnectionFailed, true), (error.Code, error.IsTransient));
    }

    [Fact]
    public async Task A_header_that_names_another_host_is_refused()
    {
        await using var server = new LoopbackServer();
        using var transport = new ModelTransport();

        await Assert.ThrowsAsync<ModelCallException>(() => SendAsync(transport.ClientFor(server.Address), server.Address, ("Host", "other.example")));

        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}@other.example/")]
    [InlineData("http://user:word@127.0.0.1:{0}/")]
    [InlineData("https://127.0.0.1:{0}/")]
    [InlineData("http://localhost:{0}/")]
    public async Task An_address_that_only_looks_like_the_endpoint_is_refused(string form)
    {
        await using var server = new LoopbackServer();
        using var transport = new ModelTransport();

        await Assert.ThrowsAsync<ModelCallException>(() => SendAsync(transport.ClientFor(server.Address), new Uri(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, server.Address.Port)), ("X-Api-Key", "key")));

        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task InvalidCertificateIsNeverAccepted()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync();
        using var transport = new ModelTransport();
        var address = new Uri($"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/");

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(transport.ClientFor(address), address, ("Authorization", "Bearer tenant-a-key")));

        Assert.Equal(HttpRequestError.SecureConnectionError, error.HttpRequestError);
        Assert.Equal("", await serving);

        async Task<string> ServeAsync()
        {
            using var client = await listener.AcceptTcpClientAsync(Token);
            await using var secure = new SslStream(client.GetStream());
            try
            {
                await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, Token);
                var buffer = new byte[1024];
                var request = Encoding.Latin1.GetString(buffer, 0, await secure.ReadAsync(buffer, Token));
                await secure.WriteAsync(Encoding.Latin1.GetBytes(LoopbackServer.Ok()), Token);
                return request;
            }
            catch (Exception failed) when (failed is IOException or AuthenticationException)
            {
                return "";
            }
        }
    }

    [Fact]
    public async Task An_answer_that_announces_more_than_the_limit_is_cut_off_where_it_is_read_whole()
    {
        using var transport = new ModelTransport(new Canned(() => new ByteArrayContent([])
        {
            Headers = { ContentLength = BoundedContent.MaxBytes + 1L },
        }));
        var address = new Uri("https://localhost/");

        await Assert.ThrowsAnyAsync<Exception>(() => SendAsync(transport.ClientFor(address), address));
    }

    [Fact]
    public async Task An_answer_within_the_limit_comes_through_as_it_is()
    {
        var body = "{\"text\":\"" + new string('é', 40_000) + "\"}";
        await using var server = new LoopbackServer(_ => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(LoopbackServer.Ok(body, "X-Request-Id: r1"))));
        using var transport = new ModelTransport();

        using var response = await SendAsync(transport.ClientFor(server.Address), server.Address);

        Assert.Equal(body, await response.Content.ReadAsStringAsync(Token));
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("r1", response.Headers.GetValues("X-Request-Id").Single());
    }

    [Fact]
    public void A_client_belongs_to_its_origin_and_an_endless_number_of_origins_is_forgotten()
    {
        using var transport = new ModelTransport(new Canned(() => new ByteArrayContent([])));

        var first = transport.ClientFor(new Uri("https://one.example/v1"));
        Assert.Same(first, transport.ClientFor(new Uri("https://ONE.example:443/v2")));
        Assert.NotSame(first, transport.ClientFor(new Uri("http://one.example/v1")));
        Assert.NotSame(first, transport.ClientFor(new Uri("https://one.example:8443/v1")));
        for (var i = 0; i < 3_000; i++)
            transport.ClientFor(new Uri($"https://host-{i}.example/"));
        Assert.NotSame(first, transport.ClientFor(new Uri("https://one.example/v1")));
    }

    [Fact]
    public void A_synchronous_call_is_refused()
    {
        using var transport = new ModelTransport(new Canned(() => new ByteArrayContent([])));
        var address = new Uri("https://localhost/");
        using var request = new HttpRequestMessage(HttpMethod.Get, address);

        Assert.Throws<NotSupportedException>(() => transport.ClientFor(address).Send(request, Token));
    }

    [Fact]
    public void KeyWithCrLfIsRefusedAtEveryEntrance()
    {
        var key = Profiles.NewKey() + "\r\nX-Other: 1";

        Assert.False(Secret.TryFrom(key, out _));
        Assert.Equal(CredentialKind.Invalid, Credential.ApiKey(key).Kind);
        Assert.Equal(CredentialKind.Invalid, Credential.Profile(key).Kind);
        Assert.Equal(CredentialKind.Invalid, Credential.Id(key).Kind);
        Assert.Equal(CredentialKind.Invalid, Credential.Tenant(key).Kind);
        Assert.False(ProfileRules.IsHeaderName(key));
        Assert.False(ProfileRules.IsPrintable(key));
        foreach (var profile in new[] { Profiles.Of("a") with { Organization = key }, Profiles.Of("a") with { Project = key } })
            Assert.DoesNotContain("X-Other", Assert.Throws<ArgumentException>(() => new InMemoryProfileStore(profile)).Message, StringComparison.Ordinal);
    }

    /// <summary>HTTP/3, asked for or offered by a server's Alt-Svc, opens connections of its own: no check of addresses would see them.</summary>
    [Theory]
    [InlineData("3.0", HttpVersionPolicy.RequestVersionOrLower)]
    [InlineData("3.0", HttpVersionPolicy.RequestVersionExact)]
    [InlineData("2.0", HttpVersionPolicy.RequestVersionOrHigher)]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionOrHigher)]
    public async Task No_request_goes_above_the_version_whose_connections_are_checked(string version, HttpVersionPolicy policy)
    {
        using var transport = new ModelTransport(new Canned(() => new ByteArrayContent([])));
        var address = new Uri("https://localhost/");
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = Version.Parse(version), VersionPolicy = policy };

        await transport.ClientFor(address).SendAsync(request, Token);

        Assert.Equal((HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower), (request.Version, request.VersionPolicy));
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, Uri address, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request, Token);
    }

    private sealed class Canned(Func<HttpContent> content) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content() });
    }

    /// <summary>What .NET's HTTP client tells to whoever listens to its event source.</summary>
    private sealed class HttpEvents : EventListener
    {
        public ConcurrentQueue<string> Texts { get; } = [];

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "System.Net.Http")
                EnableEvents(eventSource, EventLevel.LogAlways);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData) => Texts?.Enqueue($"{eventData.EventName} {string.Join(' ', eventData.Payload ?? new([]))}");
    }

    /// <summary>Sends a body twice, as HTTP/2 does where a server says that it has not looked at the first.</summary>
    private sealed class Resending : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await request.Content!.CopyToAsync(Stream.Null, cancellationToken);
            await request.Content.CopyToAsync(Stream.Null, cancellationToken);
            return new HttpResponseMessage();
        }
    }
}
