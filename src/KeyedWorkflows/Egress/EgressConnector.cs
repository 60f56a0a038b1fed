using System.Net;
using System.Net.Sockets;

namespace KeyedWorkflows;

/// <summary>
/// Opens the connections to hosts that callers name. A name is looked up once, each address that it stands for is checked, and the connection goes to an address that was checked: a resolver that
/// answers otherwise the next time is not asked a next time. Safe for use from several threads.
/// </summary>
internal sealed class EgressConnector(IEgressNetwork network, TimeProvider? clock = null)
{
    /// <summary>How long one address may take: one that swallows everything leaves time for the others within the handler's time to connect.</summary>
    internal static readonly TimeSpan TimeForAddress = TimeSpan.FromSeconds(5);

    /// <summary>A name may stand for hundreds of addresses; one request does not knock at all of them.</summary>
    private const int MaxAddresses = 8;

    private readonly TimeProvider clock = clock ?? TimeProvider.System;

    /// <summary>
    /// Connects, or refuses with a <see cref="ModelCallException"/>. One forbidden address among several refuses the name: no public service has one, a name that is being rebound does, and to take the others
    /// would make what happens depend on the order of an answer that somebody else writes.
    /// </summary>
    public async ValueTask<Stream> ConnectAsync(DnsEndPoint target, CancellationToken cancellationToken)
    {
        var addresses = await FindAsync(target.Host, cancellationToken).ConfigureAwait(false);
        var failure = SocketError.HostUnreachable;
        for (var i = 0; i < addresses.Length && i < MaxAddresses; i++)
        {
            using var time = new CancellationTokenSource(TimeForAddress, clock);
            using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, time.Token);
            try
            {
                return await network.ConnectAsync(new IPEndPoint(addresses[i], target.Port), attempt.Token).ConfigureAwait(false);
            }
            catch (SocketException error)
            {
                failure = error.SocketErrorCode;
            }
            catch (OperationCanceledException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                failure = SocketError.TimedOut;
            }
        }

        // A new one: the text of the socket's own names the address.
        throw new SocketException((int)failure);
    }

    private async ValueTask<IPAddress[]> FindAsync(string host, CancellationToken cancellationToken)
    {
        // A literal's zone is lost where this machine has no such link, and the rest of it may look global.
        if (host.Contains('%', StringComparison.Ordinal))
            throw Refused();
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await ResolveAsync(host, cancellationToken).ConfigureAwait(false);
        if (addresses.Length == 0)
            throw Refused();
        var targets = new IPAddress[addresses.Length];
        for (var i = 0; i < addresses.Length; i++)
        {
            if (!AddressPolicy.Allows(addresses[i], out targets[i]))
                throw Refused();
        }
        return targets;
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await network.ResolveAsync(host, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
        {
            return [];
        }
        catch (SocketException error)
        {
            throw new SocketException((int)error.SocketErrorCode);
        }
    }

    /// <summary>The same words for a name that does not exist and for one of the host's own network: who asks learns nothing of the latter.</summary>
    private static ModelCallException Refused() => new(
        WorkflowErrorCodes.RequestRefused,
        "The request was refused before it was sent: the host that its address names has no public address, or has others beside it. For a caller, only hosts on the public internet are connected to. Check the address that was given.");
}
