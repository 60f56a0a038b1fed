using System.Net;
using System.Net.Sockets;
using KeyedWorkflows.Tests.Models;
using Microsoft.Extensions.Time.Testing;

namespace KeyedWorkflows.Tests.Egress;

public sealed class EgressConnectorTests
{
    private const string Public = "93.184.216.34";
    private const string AlsoPublic = "2606:2800:220:1:248:1893:25c8:1946";

    private readonly FakeNetwork network = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RebindingResolverIsPinned()
    {
        await using var genuine = new LoopbackServer(_ => LoopbackServer.Ok("{}", "Connection: close"));
        await using var inside = new LoopbackServer();
        network.Name("models.example", [Public], ["127.0.0.1"]).Place(Public, genuine.EndPoint);
        using var client = new HttpClient(ModelTransport.CreateConnections(new EgressConnector(network)));
        var address = new Uri($"http://models.example:{inside.EndPoint.Port}/");

        await client.GetStringAsync(address, Token);

        // One look-up, and the connection goes to what it said.
        Assert.Equal(["models.example"], network.LookUps);
        Assert.Equal([new IPEndPoint(IPAddress.Parse(Public), inside.EndPoint.Port)], network.Dialed);
        Assert.Single(genuine.Requests);

        // The name has moved inside: the next connection looks again, and is refused.
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(address, Token));
        Assert.Equal(WorkflowErrorCodes.RequestRefused, Assert.IsType<ModelCallException>(error.InnerException).Code);
        Assert.Equal(0, inside.Connections);
        Assert.Single(genuine.Requests);
    }

    [Fact]
    public async Task A_private_address_behind_a_public_name_sees_no_connection()
    {
        await using var inside = new LoopbackServer();
        network.Name("models.example", [["127.0.0.1"]]);

        await RefusedAsync("models.example", inside.EndPoint.Port);

        Assert.Empty(network.Dialed);
        Assert.Equal(0, inside.Connections);
    }

    [Fact]
    public async Task A_host_with_a_public_and_a_private_address_is_refused_in_either_order()
    {
        await using var server = new LoopbackServer();
        network.Place(Public, server.EndPoint);
        foreach (var answer in new string[][] { [Public, "127.0.0.1"], ["127.0.0.1", Public], [Public, AlsoPublic, "::ffff:10.0.0.1"], [AlsoPublic, "fd00::1"] })
        {
            network.Name("models.example", [answer]);
            await RefusedAsync("models.example", server.EndPoint.Port);
        }

        Assert.Empty(network.Dialed);
        Assert.Equal(0, server.Connections);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("2130706433")]
    [InlineData("127.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("fe80::1%25eth0")]
    [InlineData("2606:4700::1%25eth0")]
    public async Task An_address_in_the_place_of_a_name_is_checked_without_a_look_up(string host)
    {
        await RefusedAsync(host, 443);

        Assert.Empty(network.LookUps);
        Assert.Empty(network.Dialed);
    }

    [Fact]
    public async Task The_hosts_own_names_are_looked_up_and_refused()
    {
        await using var inside = new LoopbackServer();

        foreach (var host in new[] { "localhost", "localhost.", "models.localhost" })
            await RefusedAsync(host, inside.EndPoint.Port, SystemNetwork.Instance);

        Assert.Equal(0, inside.Connections);
    }

    [Fact]
    public async Task A_name_of_the_hosts_network_looks_like_one_that_does_not_exist()
    {
        network.Name("vault.internal", [["10.0.0.7"]]).Name("empty.example", [[]]);

        var inside = await RefusedAsync("vault.internal", 443);

        Assert.Equal(inside, await RefusedAsync("never-made.internal", 443));
        Assert.Equal(inside, await RefusedAsync("empty.example", 443));
        Assert.DoesNotContain("10.0.0.7", inside, StringComparison.Ordinal);
        Assert.DoesNotContain("vault", inside, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Addresses_are_tried_in_turn_until_one_answers()
    {
        await using var server = new LoopbackServer();
        network.Name("models.example", [[AlsoPublic, "1.0.0.1", Public, "8.8.8.8"]]).Place(Public, server.EndPoint);

        await using var stream = await new EgressConnector(network).ConnectAsync(new DnsEndPoint("models.example", 443), Token);

        Assert.Equal([AlsoPublic, "1.0.0.1", Public], network.Dialed.Select(target => target.Address.ToString()));
        Assert.True(Assert.IsType<NetworkStream>(stream).Socket.NoDelay);
    }

    [Fact]
    public async Task Where_no_address_answers_the_error_names_none()
    {
        network.Name("models.example", [[AlsoPublic, Public]]);

        var error = await Assert.ThrowsAsync<SocketException>(async () => await new EgressConnector(network).ConnectAsync(new DnsEndPoint("models.example", 443), Token));

        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
        Assert.DoesNotContain(Public, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_name_with_addresses_without_end_only_the_first_are_tried()
    {
        network.Name("models.example", [Enumerable.Range(1, 200).Select(number => "8.8.4." + number).ToArray()]);

        await Assert.ThrowsAsync<SocketException>(async () => await new EgressConnector(network).ConnectAsync(new DnsEndPoint("models.example", 443), Token));

        Assert.Equal(8, network.Dialed.Count);
    }

    [Fact]
    public async Task An_address_that_says_nothing_leaves_time_for_the_next()
    {
        await using var server = new LoopbackServer();
        network.Name("models.example", [["8.8.8.8", Public]]).Silent("8.8.8.8").Place(Public, server.EndPoint);
        var clock = new FakeTimeProvider();
        var connecting = new EgressConnector(network, clock).ConnectAsync(new DnsEndPoint("models.example", 443), Token).AsTask();
        await network.NextDialAsync(Token);
        Assert.False(connecting.IsCompleted);

        clock.Advance(EgressConnector.TimeForAddress);

        await using var stream = await connecting.WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.Equal(["8.8.8.8", Public], network.Dialed.Select(target => target.Address.ToString()));
    }

    [Fact]
    public async Task Who_gives_up_waits_for_no_further_address()
    {
        network.Name("models.example", [["8.8.8.8", Public]]).Silent("8.8.8.8");
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var connecting = new EgressConnector(network).ConnectAsync(new DnsEndPoint("models.example", 443), caller.Token).AsTask();
        await network.NextDialAsync(Token);

        await caller.CancelAsync();

        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(TimeSpan.FromSeconds(30), Token));
        Assert.Equal(caller.Token, cancelled.CancellationToken);
        Assert.Single(network.Dialed);
    }

    private async Task<string> RefusedAsync(string host, int port, IEgressNetwork? other = null)
    {
        var error = await Assert.ThrowsAsync<ModelCallException>(async () => await new EgressConnector(other ?? network).ConnectAsync(new DnsEndPoint(host, port), Token));
        Assert.Equal((WorkflowErrorCodes.RequestRefused, false), (error.Code, error.IsTransient));
        return error.Message;
    }
}
