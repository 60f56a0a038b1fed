using System.Net;
using System.Net.Sockets;

namespace KeyedWorkflows.Tests.Egress;

public sealed class AddressPolicyTests
{
    /// <summary>Each range's first and last address, some inside, and its neighbours: one that is named is allowed, null lies in another forbidden range.</summary>
    public static TheoryData<string, string, string[], string?, string?> Ranges => new()
    {
        { "0.0.0.0", "0.255.255.255", ["0.0.0.1"], null, "1.0.0.0" },
        { "10.0.0.0", "10.255.255.255", ["10.1.2.3"], "9.255.255.255", "11.0.0.0" },
        { "100.64.0.0", "100.127.255.255", ["100.100.100.200"], "100.63.255.255", "100.128.0.0" },
        { "127.0.0.0", "127.255.255.255", ["127.0.0.1", "127.1.2.3"], "126.255.255.255", "128.0.0.0" },
        { "168.63.129.16", "168.63.129.16", [], "168.63.129.15", "168.63.129.17" },
        { "169.254.0.0", "169.254.255.255", ["169.254.169.254", "169.254.170.2"], "169.253.255.255", "169.255.0.0" },
        { "172.16.0.0", "172.31.255.255", ["172.20.1.1"], "172.15.255.255", "172.32.0.0" },
        { "192.0.0.0", "192.0.0.255", ["192.0.0.192", "192.0.0.170"], "191.255.255.255", "192.0.1.0" },
        { "192.0.2.0", "192.0.2.255", ["192.0.2.1"], "192.0.1.255", "192.0.3.0" },
        { "192.88.99.0", "192.88.99.255", ["192.88.99.1"], "192.88.98.255", "192.88.100.0" },
        { "192.168.0.0", "192.168.255.255", ["192.168.1.1"], "192.167.255.255", "192.169.0.0" },
        { "198.18.0.0", "198.19.255.255", ["198.19.0.0"], "198.17.255.255", "198.20.0.0" },
        { "198.51.100.0", "198.51.100.255", ["198.51.100.1"], "198.51.99.255", "198.51.101.0" },
        { "203.0.113.0", "203.0.113.255", ["203.0.113.1"], "203.0.112.255", "203.0.114.0" },
        { "224.0.0.0", "239.255.255.255", ["224.0.0.251", "239.255.255.250"], "223.255.255.255", null },
        { "240.0.0.0", "255.255.255.255", ["250.0.0.1", "255.255.255.254"], null, null },
        { "::", "::ffff:ffff", ["::1", "::7f00:1", "::8.8.8.8"], null, null },
        { "::fffe:ffff:ffff", "::1:0:0:0", ["::ffff:0:808:808"], null, null },
        { "64:ff9b::", "64:ff9b::ffff:ffff", ["64:ff9b::8.8.8.8", "64:ff9b::10.0.0.1"], null, null },
        { "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", ["64:ff9b:1::1"], null, null },
        { "100::", "100::ffff:ffff:ffff:ffff", ["100::1"], null, null },
        { "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", [], null, "2000::" },
        { "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", ["2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:1::1", "2001:2::1", "2001:3::1", "2001:10::1", "2001:20::1"], "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::" },
        { "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", ["2001:db8::1"], "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::" },
        { "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ["2002:7f00:1::", "2002:808:808::1"], "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::" },
        { "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", ["3fff::1"], "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::" },
        { "4000::", "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ["5f00::1", "8000::1"], "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null },
        { "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ["fd00:ec2::254", "fd20:ce::254"], null, null },
        { "fe00::", "fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ["fe00::1"], null, null },
        { "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ["fe80::1"], null, null },
        { "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ["fec0::1"], null, null },
        { "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ["ff02::1", "ff0e::1"], null, null },
    };

    [Theory]
    [MemberData(nameof(Ranges))]
    public async Task EveryForbiddenAddressFormIsRefused(string first, string last, string[] inside, string? before, string? after)
    {
        foreach (var address in FormsOf([first, last, .. inside]))
        {
            Assert.False(AddressPolicy.Allows(address, out _), $"{address} is allowed");
            Assert.NotNull(EgressUrlRules.Fault(UrlOf(address)));
            Assert.Empty(await DialsAsync(address));
        }
        foreach (var address in FormsOf(new[] { before, after }.OfType<string>()))
        {
            Assert.True(AddressPolicy.Allows(address, out var target), $"{address} is refused");
            Assert.Null(EgressUrlRules.Fault(UrlOf(address)));
            Assert.Equal([target], await DialsAsync(address));
        }
    }

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("93.184.216.34")]
    [InlineData("2606:4700::6810:85e5")]
    [InlineData("2a00:1450:4001:80f::200a")]
    public void Addresses_of_the_public_internet_are_allowed(string address) => Assert.True(AddressPolicy.Allows(IPAddress.Parse(address), out _));

    [Fact]
    public void An_address_with_a_scope_is_refused_wherever_it_lies()
    {
        foreach (var bytes in new[] { IPAddress.Parse("2606:4700::1"), IPAddress.Parse("fe80::1"), IPAddress.Parse("8.8.8.8").MapToIPv6() }.Select(address => address.GetAddressBytes()))
            Assert.False(AddressPolicy.Allows(new IPAddress(bytes, 2), out _));
    }

    [Fact]
    public void What_is_connected_to_is_the_address_within_a_mapped_one()
    {
        Assert.True(AddressPolicy.Allows(IPAddress.Parse("::ffff:8.8.8.8"), out var target));

        Assert.Equal((AddressFamily.InterNetwork, "8.8.8.8"), (target.AddressFamily, target.ToString()));
    }

    private static IEnumerable<IPAddress> FormsOf(IEnumerable<string> texts)
    {
        foreach (var address in texts.Select(IPAddress.Parse))
        {
            yield return address;
            if (address.AddressFamily == AddressFamily.InterNetwork)
                yield return address.MapToIPv6();
        }
    }

    private static Uri UrlOf(IPAddress address) => new(address.AddressFamily == AddressFamily.InterNetwork ? $"https://{address}/" : $"https://[{address}]/");

    /// <summary>Whom a name is connected to that stands for the address.</summary>
    private static async Task<IEnumerable<IPAddress>> DialsAsync(IPAddress address)
    {
        var network = new FakeNetwork().Name("files.example", [[address.ToString()]]);
        await Assert.ThrowsAnyAsync<Exception>(async () => await new EgressConnector(network).ConnectAsync(new DnsEndPoint("files.example", 443), TestContext.Current.CancellationToken));
        return network.Dialed.Select(target => target.Address);
    }
}
