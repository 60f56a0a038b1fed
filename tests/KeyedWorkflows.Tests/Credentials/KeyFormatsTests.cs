using System.Security.Cryptography;

namespace KeyedWorkflows.Tests.Credentials;

public sealed class KeyFormatsTests
{
    private const string Hex = "0123456789abcdef";
    private const string Alphanumeric = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    [Theory]
    [InlineData("app-support-client")]
    [InlineData("app-customer2024contract")]
    [InlineData("app-internationalsupports")]
    [InlineData("asia-pacific-customers-2024")]
    [InlineData("asiapacificcustomers")]
    [InlineData("sk-slovakia-client-2024-q3")]
    [InlineData("hf_client_a_production_2025")]
    [InlineData("task-2024-11-invoices-v2-eu")]
    [InlineData("disk-0a1b2c3d4e5f60718293a4b5")]
    [InlineData("fw_internal-firewall-team-b")]
    [InlineData("dataset-quality-monitoring-1")]
    [InlineData("client_a_openai")]
    [InlineData("pa-pennsylvania-branch-office-0042-contract")]
    public void A_name_that_begins_like_a_key_is_a_name(string name) => Assert.True(ProfileNames.IsValid(name));

    [Theory]
    [InlineData("sk-", 32, Hex)]
    [InlineData("sk-", 48, Alphanumeric)]
    [InlineData("sk-proj-", 48, Alphanumeric)]
    [InlineData("sk-ant-api03-", 40, Alphanumeric)]
    [InlineData("gsk_", 52, Alphanumeric)]
    [InlineData("hf_", 34, "abcdefghijklmnopqrstuvwxyz")]
    [InlineData("api_org_", 34, "abcdefghijklmnopqrstuvwxyz")]
    [InlineData("dapi", 32, Hex)]
    [InlineData("sk_", 48, Hex)]
    [InlineData("app-", 24, Alphanumeric)]
    [InlineData("AKIA", 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")]
    [InlineData("AIzaSy", 33, Alphanumeric)]
    [InlineData("client_a_sk-", 32, Hex)]
    [InlineData("CLIENT-sk-", 32, "0123456789ABCDEF")]
    public void A_key_is_never_a_name(string prefix, int length, string characters)
    {
        // From a seed: one key in a hundred thousand has so few changes that it passes for words.
        var random = new Random(7);
        for (var i = 0; i < 50; i++)
        {
            var key = prefix + new string(random.GetItems<char>(characters, length));

            Assert.True(KeyFormats.LooksLikeKey(key), "A key of a known format passed as a name.");
            Assert.False(ProfileNames.IsValid(key));
            Assert.False(ProfileNames.IsValidId(key));
        }
    }

    [Fact]
    public void A_guid_behind_a_prefix_of_langfuse_is_a_key() => Assert.True(KeyFormats.LooksLikeKey("sk-lf-" + Guid.NewGuid()));

    [Fact]
    public void An_id_of_128_random_bits_is_an_id()
    {
        for (var i = 0; i < 50; i++)
            Assert.True(ProfileNames.IsValidId(RandomNumberGenerator.GetHexString(32, lowercase: true)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("-a")]
    [InlineData(".a")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("ä")]
    [InlineData("a/b")]
    [InlineData("a:b")]
    public void A_name_outside_the_grammar_is_no_name(string name) => Assert.False(ProfileNames.IsValid(name));

    [Fact]
    public void A_name_has_at_most_64_characters()
    {
        Assert.True(ProfileNames.IsValid(new string('a', 64)));
        Assert.False(ProfileNames.IsValid(new string('a', 65)));
    }
}
