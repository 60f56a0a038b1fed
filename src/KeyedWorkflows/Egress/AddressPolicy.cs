using System.Net;
using System.Net.Sockets;

namespace KeyedWorkflows;

/// <summary>
/// Which addresses the host connects to for a caller: global unicast alone. An address of the host's own network, of its cloud's metadata service, or one that stands for another address
/// (mapped, translated, tunnelled) would let a caller speak with the host's voice.
/// </summary>
internal static class AddressPolicy
{
    private static readonly IPNetwork[] RefusedIPv4 = Networks(
        "0.0.0.0/8", // this host
        "10.0.0.0/8", // private
        "100.64.0.0/10", // the carrier's own; Alibaba's metadata
        "127.0.0.0/8", // loopback
        "168.63.129.16/32", // Azure's platform, reachable from each of its machines
        "169.254.0.0/16", // link-local; the metadata of most clouds
        "172.16.0.0/12", // private
        "192.0.0.0/24", // protocol assignments; Oracle's metadata
        "192.0.2.0/24", // documentation
        "192.88.99.0/24", // 6to4 relays
        "192.168.0.0/16", // private
        "198.18.0.0/15", // benchmarks
        "198.51.100.0/24", // documentation
        "203.0.113.0/24", // documentation
        "224.0.0.0/4", // multicast
        "240.0.0.0/4"); // reserved; the limited broadcast

    private static readonly IPNetwork GlobalIPv6 = IPNetwork.Parse("2000::/3");

    /// <summary>Within 2000::/3. All else is refused as it lies outside: unspecified, loopback, compatible, mapped, translated (64:ff9b::), discard-only, local and multicast addresses.</summary>
    private static readonly IPNetwork[] RefusedIPv6 = Networks(
        "2001::/23", // protocol assignments: Teredo, benchmarks, ORCHID. The few global ones among them are relays and resolvers, which no caller names
        "2001:db8::/32", // documentation
        "2002::/16", // 6to4: an IPv4 address, whatever it is
        "3fff::/20"); // documentation

    /// <summary>Whether the host may connect to an address that a caller's host name stands for.</summary>
    /// <param name="address">The address as it was resolved or written.</param>
    /// <param name="target">The address to connect to: <paramref name="address"/>, an IPv4 address no longer wrapped in an IPv6 one.</param>
    public static bool Allows(IPAddress address, out IPAddress target)
    {
        target = address;
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            // A scope picks one of this host's own links.
            if (address.ScopeId != 0)
                return false;

            // First of all: the stack connects to what is inside.
            if (!address.IsIPv4MappedToIPv6)
                return GlobalIPv6.Contains(address) && !Contains(RefusedIPv6, address);
            target = address.MapToIPv4();
        }
        return target.AddressFamily == AddressFamily.InterNetwork && !Contains(RefusedIPv4, target);
    }

    private static bool Contains(IPNetwork[] networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address))
                return true;
        }
        return false;
    }

    private static IPNetwork[] Networks(params ReadOnlySpan<string> prefixes)
    {
        var networks = new IPNetwork[prefixes.Length];
        for (var i = 0; i < prefixes.Length; i++)
            networks[i] = IPNetwork.Parse(prefixes[i]);
        return networks;
    }
}
