using System.Net;
using System.Security.Authentication;
using KeyedWorkflows.Tests.Models;

namespace KeyedWorkflows.Tests.Egress;

/// <summary>What the host fetches for a caller, other than model calls.</summary>
public sealed class FetchHandlerTests
{
    private const string Public = "93.184.216.34";

    private readonly FakeNetwork network = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RemoteUrlFileObeysEgressPolicy()
    {
        using var certificate = LoopbackCertificate.For("files.example");
        await using var inside = new LoopbackServer(certificate: certificate);
        await using var outside = new LoopbackServer(
            request => request.StartsWith("GET /moved", StringComparison.Ordinal)
                ? $"HTTP/1.1 302 Found\r\nLocation: https://inside.example:{inside.EndPoint.Port}/\r\nContent-Length: 0\r\n\r\n"
                : LoopbackServer.Ok("{\"file\":1}", "Set-Cookie: session=a"),
            certificate);
        network.Place(Public, outside.EndPoint).Name("files.example", [[Public]]).Name("inside.example", [["127.0.0.1"]]).Name("both.example", [[Public, "127.0.0.1"]]);
        using var client = new HttpClient(new FetchHandler(ModelTransport.CreateConnections(new EgressConnector(network)).Trusting(certificate)));
        var port = inside.EndPoint.Port;

        foreach (var address in new[]
        {
            $"https://inside.example:{port}/", $"https://both.example:{port}/", $"https://127.0.0.1:{port}/", $"https://[::ffff:127.0.0.1]:{port}/", $"https://2130706433:{port}/",
            $"https://localhost:{port}/", $"http://inside.example:{port}/", $"http://files.example:{port}/", "https://169.254.169.254/latest/meta-data", "https://user:word@files.example/", "https://files.example/#a",
        })
        {
            var error = await Assert.ThrowsAsync<ModelCallException>(() => client.GetStringAsync(new Uri(address), Token));
            Assert.Equal((WorkflowErrorCodes.RequestRefused, false), (error.Code, error.IsTransient));
            Assert.DoesNotContain("127.0.0.1", error.Message, StringComparison.Ordinal);
        }
        Assert.Empty(network.Dialed);

        // What is public is fetched, query and all, and nothing of one answer goes into the next request.
        for (var i = 0; i < 2; i++)
            Assert.Equal("{\"file\":1}", await client.GetStringAsync(new Uri("https://files.example/a.pdf?signature=1"), Token));
        using var moved = await client.GetAsync(new Uri("https://files.example/moved"), Token);

        Assert.Equal(HttpStatusCode.Found, moved.StatusCode);
        Assert.Equal(3, outside.Requests.Count);
        Assert.All(outside.Requests, request => Assert.DoesNotContain("cookie", request, StringComparison.OrdinalIgnoreCase));
        Assert.StartsWith("GET /a.pdf?signature=1 HTTP/1.1\r\n", outside.Requests.First(), StringComparison.Ordinal);
        Assert.Equal(0, inside.Connections);
    }

    [Fact]
    public async Task The_checked_address_must_still_show_the_names_certificate()
    {
        using var certificate = LoopbackCertificate.For("files.example");
        await using var server = new LoopbackServer(certificate: certificate);
        network.Place(Public, server.EndPoint).Name("files.example", [[Public]]).Name("other.example", [[Public]]);
        using var strict = new HttpClient(new FetchHandler(network));
        using var trusting = new HttpClient(new FetchHandler(ModelTransport.CreateConnections(new EgressConnector(network)).Trusting(certificate)));

        foreach (var (client, host) in new[] { (strict, "files.example"), (trusting, "other.example") })
            Assert.IsType<AuthenticationException>((await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri($"https://{host}/"), Token))).InnerException);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Headers_that_name_another_host_or_break_lines_are_refused_and_traces_stay_home()
    {
        using var certificate = LoopbackCertificate.For("files.example");
        await using var server = new LoopbackServer(certificate: certificate);
        network.Place(Public, server.EndPoint).Name("files.example", [[Public]]);
        using var client = new HttpClient(new FetchHandler(ModelTransport.CreateConnections(new EgressConnector(network)).Trusting(certificate)));

        await Assert.ThrowsAsync<ModelCallException>(() => SendAsync("Host", "inside.example"));
        await Assert.ThrowsAsync<ModelCallException>(() => SendAsync("X-Callback", "a\r\nX: b"));
        await SendAsync("traceparent", "00-1-1-01");

        Assert.DoesNotContain("traceparent", Assert.Single(server.Requests), StringComparison.OrdinalIgnoreCase);

        async Task SendAsync(string name, string value)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("https://files.example/"));
            request.Headers.TryAddWithoutValidation(name, value);
            using var response = await client.SendAsync(request, Token);
        }
    }
}
