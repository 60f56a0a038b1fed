using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace KeyedWorkflows.Tests.Egress;

/// <summary>An internet of the test's own: names with the answers that are given in turn, and public addresses that lie on loopback. Loopback addresses are really connected to; nothing else leaves the machine.</summary>
internal sealed class FakeNetwork : IEgressNetwork
{
    private readonly ConcurrentDictionary<string, Queue<IPAddress[]>> names = new();
    private readonly ConcurrentDictionary<IPAddress, IPEndPoint> places = new();
    private readonly ConcurrentDictionary<IPAddress, bool> silent = new();
    private readonly Channel<IPEndPoint> dials = Channel.CreateUnbounded<IPEndPoint>();

    public ConcurrentQueue<string> LookUps { get; } = new();

    public ConcurrentQueue<IPEndPoint> Dialed { get; } = new();

    /// <summary>What a name stands for, once for each look-up; the last stays.</summary>
    public FakeNetwork Name(string host, params string[][] answers)
    {
        names[host] = new Queue<IPAddress[]>(answers.Select(answer => answer.Select(IPAddress.Parse).ToArray()));
        return this;
    }

    public FakeNetwork Place(string address, IPEndPoint server)
    {
        places[IPAddress.Parse(address)] = server;
        return this;
    }

    /// <summary>An address that takes a connection's first packet and says nothing.</summary>
    public FakeNetwork Silent(string address)
    {
        silent[IPAddress.Parse(address)] = true;
        return this;
    }

    public ValueTask<IPEndPoint> NextDialAsync(CancellationToken cancellationToken) => dials.Reader.ReadAsync(cancellationToken);

    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        LookUps.Enqueue(host);
        if (!names.TryGetValue(host, out var answers))
            throw new SocketException((int)SocketError.HostNotFound);
        lock (answers)
            return Task.FromResult(answers.Count > 1 ? answers.Dequeue() : answers.Peek());
    }

    public async ValueTask<Stream> ConnectAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        Dialed.Enqueue(target);
        dials.Writer.TryWrite(target);
        if (silent.ContainsKey(target.Address))
            await Task.Delay(Timeout.Infinite, cancellationToken);
        if (places.TryGetValue(target.Address, out var place))
            return await SystemNetwork.Instance.ConnectAsync(place, cancellationToken);
        return IPAddress.IsLoopback(target.Address)
            ? await SystemNetwork.Instance.ConnectAsync(target, cancellationToken)
            : throw new SocketException((int)SocketError.ConnectionRefused, $"Connection refused {target}");
    }
}
