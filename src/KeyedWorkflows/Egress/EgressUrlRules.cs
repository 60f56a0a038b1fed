using System.Net;

namespace KeyedWorkflows;

/// <summary>
/// What an address that a caller names may look like, before anything is looked up: the endpoint of a key, a file to fetch, a callback. Each host has one spelling, so that a host's list of names can
/// be compared with it.
/// </summary>
internal static class EgressUrlRules
{
    /// <summary>Says what is wrong with an address, without repeating it; null where nothing is. A query is allowed: signed addresses of files have one.</summary>
    public static string? Fault(Uri url)
    {
        if (!url.IsAbsoluteUri || url.Host.Length == 0)
            return "is not an absolute address.";
        if (url.Scheme != Uri.UriSchemeHttps)
            return "is not https.";
        if (url.UserInfo.Length > 0)
            return "holds a user name or password.";
        if (url.OriginalString.Contains('#', StringComparison.Ordinal))
            return "holds a fragment.";
        return HostFault(url);
    }

    private static string? HostFault(Uri url)
    {
        switch (url.HostNameType)
        {
            // Uri has written all of these in one form by now: 127.1, 0x7f.1, 0177.0.0.1 and 2130706433 are 127.0.0.1.
            case UriHostNameType.IPv4 or UriHostNameType.IPv6:
                // Without brackets, and with the zone that Host leaves out.
                var literal = url.IdnHost;
                return !literal.Contains('%', StringComparison.Ordinal) && IPAddress.TryParse(literal, out var address) && AddressPolicy.Allows(address, out _)
                    ? null
                    : "is not on the public internet.";
            case UriHostNameType.Dns:
                break;
            default:
                return "names no host.";
        }

        // What is normalised how depends on who reads it: 127。0。0。1 is an address to some, and a name to others.
        var host = url.Host;
        if (host.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return "names its host in letters outside ASCII. Give the name as it stands in DNS (xn--…).";
        if (host.EndsWith('.'))
            return "names its host with a dot at the end. Leave the dot out.";

        // 256.0.0.1 and 08.0.0.1 are names to Uri, and to some resolvers numbers. No name on the internet ends so.
        return char.IsAsciiLetter(host[host.LastIndexOf('.') + 1]) ? null : "names a host that is neither a name nor an address.";
    }
}
