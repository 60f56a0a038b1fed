namespace KeyedWorkflows.Tests.Egress;

public sealed class EgressUrlRulesTests
{
    [Theory]
    [InlineData("https://files.example/a.pdf")]
    [InlineData("https://files.example:8443/a.pdf?signature=1&expires=2")]
    [InlineData("HTTPS://Files.Example/")]
    [InlineData("https://xn--bcher-kva.example/")]
    [InlineData("https://8.8.8.8/")]
    [InlineData("https://[2606:4700::6810:85e5]/")]
    public void An_https_address_of_a_public_host_is_taken(string address) => Assert.Null(EgressUrlRules.Fault(new Uri(address)));

    [Theory]
    [InlineData("http://files.example/")]
    [InlineData("http://localhost/")]
    [InlineData("ftp://files.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("data:text/plain,x")]
    [InlineData("gopher://files.example/")]
    [InlineData("ws://files.example/")]
    [InlineData("/a.pdf")]
    [InlineData("//files.example/a.pdf")]
    [InlineData("https://user:word@files.example/")]
    [InlineData("https://user@files.example/")]
    [InlineData("https://files.example%2f@127.0.0.1/")]
    [InlineData("https://files.example/#part")]
    [InlineData("https://files.example/#")]
    public void Any_other_scheme_user_information_and_fragments_are_refused(string address) => AssertRefused(address);

    /// <summary>Uri writes numbers in one form, and these are all 127.0.0.1, or [::1], by the time that they are looked at.</summary>
    [Theory]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://0x7f.1/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://017700000001/")]
    [InlineData("https://127.1/")]
    [InlineData("https://127.0.1/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://[::ffff:7f00:1]/")]
    [InlineData("https://[::127.0.0.1]/")]
    [InlineData("https://[0:0:0:0:0:0:0:1]/")]
    [InlineData("https://[::]/")]
    public void A_private_address_is_refused_in_whatever_notation(string address) => AssertRefused(address);

    [Theory]
    [InlineData("https://134744072/", "8.8.8.8")]
    [InlineData("https://0x08.010.2056/", "8.8.8.8")]
    public void A_public_address_in_an_odd_notation_is_the_address_that_it_says(string address, string host)
    {
        Assert.Null(EgressUrlRules.Fault(new Uri(address)));
        Assert.Equal(host, new Uri(address).IdnHost);
    }

    /// <summary>Uri.Host leaves the zone out, and IPAddress drops a zone that this machine does not have: what is left would look global.</summary>
    [Theory]
    [InlineData("https://[fe80::1%25eth0]/")]
    [InlineData("https://[2606:4700::1%25eth0]/")]
    [InlineData("https://[2606:4700::1%251]/")]
    [InlineData("https://[2606:4700::1%1]/")]
    public void An_address_with_a_zone_is_refused(string address) => AssertRefused(address);

    [Theory]
    [InlineData("https://bücher.example/")]
    [InlineData("https://１２７.０.０.１/")]
    [InlineData("https://127。0。0。1/")]
    [InlineData("https://ⓛocalhost/")]
    [InlineData("https://files.exa\u00admple/")]
    [InlineData("https://files.example./")]
    [InlineData("https://localhost./")]
    [InlineData("https://127.0.0.1./")]
    public void A_host_has_one_spelling(string address) => AssertRefused(address);

    [Theory]
    [InlineData("https://4294967296/")]
    [InlineData("https://256.0.0.1/")]
    [InlineData("https://08.0.0.1/")]
    [InlineData("https://1.2.3.4.5/")]
    [InlineData("https://files.0x7f/")]
    public void A_name_that_ends_as_a_number_is_refused(string address) => AssertRefused(address);

    /// <summary>Not addresses at all: nothing of ours has to judge them.</summary>
    [Theory]
    [InlineData("https://%31%32%37.0.0.1/")]
    [InlineData("https://public.example\\@127.0.0.1/")]
    [InlineData("https://files.example%00.evil/")]
    [InlineData("https://files..example/")]
    [InlineData("https:///files.example/")]
    [InlineData("https://127.0.0.1%20/")]
    [InlineData("https://files.example:99999/")]
    public void What_Uri_does_not_take_never_comes_here(string address) => Assert.False(Uri.TryCreate(address, UriKind.Absolute, out _));

    private static void AssertRefused(string address)
    {
        var fault = EgressUrlRules.Fault(new Uri(address, UriKind.RelativeOrAbsolute));

        Assert.NotNull(fault);
        Assert.DoesNotContain("files", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("127", fault, StringComparison.Ordinal);
    }
}
