using System.Net;

namespace KeyedWorkflows;

/// <summary>The network as <see cref="EgressConnector"/> uses it: names are looked up apart from connecting, so that what is connected to is what was checked. Tests put theirs in its place.</summary>
internal interface IEgressNetwork
{
    /// <summary>Looks up a name's addresses, in the order in which they should be tried.</summary>
    Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken);

    /// <summary>Connects to exactly this address.</summary>
    ValueTask<Stream> ConnectAsync(IPEndPoint target, CancellationToken cancellationToken);
}
