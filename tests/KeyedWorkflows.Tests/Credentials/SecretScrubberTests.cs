using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;

namespace KeyedWorkflows.Tests.Credentials;

public sealed class SecretScrubberTests
{
    private static readonly Gen<string> Keys = Gen.Char['!', '~'].Array[12, 60].Select(characters => new string(characters));
    private static readonly Gen<string> Texts = Gen.Char[' ', '~'].Array[0, 20].Select(characters => new string(characters));

    [Fact]
    public void ScrubberFindsEscapedAndEncodedKeys()
    {
        // Signs that each way of escaping treats in its own way; and, whatever the key's place in base64, both of the digits that its two alphabets do not share.
        const string Signs = "+/\"\\<>&'=%!*()~???>>>";
        for (var cut = 0; cut < 3; cut++)
        {
            var key = Profiles.NewKey()[cut..] + Signs;
            var scrubber = new SecretScrubber(null, Inline(key));
            Assert.Distinct(FormsOf(key));

            // Of base64 without padding a last digit may be left, which holds two or four bits.
            foreach (var form in FormsOf(key))
                Assert.Matches(@"^before \(secret\)[\w-]? after$", scrubber.Scrub("before " + form + " after"));
        }
    }

    [Fact]
    public void A_key_within_a_text_in_base64_is_found_wherever_it_lies_and_whatever_follows()
    {
        for (var length = 20; length <= 22; length++)
        {
            var key = Profiles.NewKey()[..length] + "???>>>";
            foreach (var before in new[] { "", "x", "xy", "Bearer " })
            {
                foreach (var after in new[] { "", ":", ":p", ":password" })
                {
                    var digits = Base64Of(before + key + after);
                    Assert.True(digits.Contains('+') && digits.Contains('/'), "The two alphabets do not differ in it.");
                    foreach (var form in new[] { digits, OfUrl(digits) })
                    {
                        var text = new SecretScrubber(null, Inline(key)).Scrub(form);
                        Assert.Contains("(secret)", text, StringComparison.Ordinal);
                        Assert.True(text.Length <= "(secret)".Length + before.Length * 2 + after.Length * 2 + 6, "More than the digits at the seams is left.");
                    }
                }
            }
        }
    }

    [Fact]
    public void ScrubberKnowsOnlyThisRunsSecrets()
    {
        var (mine, header, other) = (Profiles.NewKey(), Profiles.NewKey(), Profiles.NewKey());
        var profile = Profiles.Of("a") with { ApiKey = Secret.From(mine), Headers = new Dictionary<string, Secret> { ["X-Key"] = Secret.From(header) } };
        var text = $"{mine} {header} {other}";

        // The process knows the other key, too: it is another run's.
        var others = new SecretScrubber(Profiles.Of("b") with { ApiKey = Secret.From(other) }, null);

        Assert.Equal($"(secret) (secret) {other}", new SecretScrubber(profile, null).Scrub(text));
        Assert.Equal($"{mine} {header} (secret)", others.Scrub(text));
    }

    [Fact]
    public void A_text_without_secrets_is_the_same_string()
    {
        var text = "nothing to see: " + Guid.NewGuid();

        Assert.Same(text, new SecretScrubber(Profiles.Of("a"), null).Scrub(text));
        Assert.Same(text, new SecretScrubber(null, null).Scrub(text));
    }

    [Fact]
    public void Words_of_three_letters_are_no_secrets()
    {
        var profile = Profiles.Of("a") with { Headers = new Dictionary<string, Secret> { ["X-Beta"] = Secret.From("on"), ["X-Mode"] = Secret.From("yes") } };

        Assert.Equal("based on yes", new SecretScrubber(profile, null).Scrub("based on yes"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_secret_that_is_a_piece_of_another_leaves_nothing_of_it(bool pieceFirst)
    {
        var piece = Profiles.NewKey();
        var whole = "x1" + piece + "y2";
        var (key, header) = pieceFirst ? (piece, whole) : (whole, piece);
        var profile = Profiles.Of("a") with { ApiKey = Secret.From(key), Headers = new Dictionary<string, Secret> { ["X-Key"] = Secret.From(header) } };

        Assert.Equal("a (secret) b", new SecretScrubber(profile, null).Scrub($"a {whole} b"));
    }

    [Fact]
    public void Secrets_that_overlap_are_hidden_together()
    {
        var (left, shared, right) = (Profiles.NewKey(), Profiles.NewKey(), Profiles.NewKey());
        var profile = Profiles.Of("a") with { ApiKey = Secret.From(left + shared), Headers = new Dictionary<string, Secret> { ["X-Key"] = Secret.From(shared + right) } };

        Assert.Equal("(secret)", new SecretScrubber(profile, null).Scrub(left + shared + right));
    }

    [Fact]
    public void Whatever_the_key_and_the_text_no_form_of_the_key_comes_out_and_all_else_does() =>
        Gen.Select(Keys, Texts, Texts, Gen.Int[0, FormsOf("key-").Count - 1]).Sample((key, before, after, number) =>
        {
            var form = FormsOf(key)[number];
            var text = new SecretScrubber(null, Inline(key)).Scrub(before + form + after);

            // What the mark itself spells is no leak.
            Assert.DoesNotContain(form, text.Replace("(secret)", "\n", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
            if (!(before + after).Contains(key[..1], StringComparison.OrdinalIgnoreCase) && number == 0)
                Assert.Equal(before + "(secret)" + after, text);
        });

    private static InlineCredential Inline(string key) => new("openai", Secret.From(key), null);

    private static List<string> FormsOf(string key) =>
    [
        key,
        key.ToUpperInvariant(),
        JsonSerializer.Serialize(key)[1..^1],
        JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(key),
        Uri.EscapeDataString(key),
        Uri.EscapeDataString(key).ToLowerInvariant(),
        WebUtility.UrlEncode(key),
        Convert.ToHexString(Encoding.ASCII.GetBytes(key)),
        Convert.ToHexStringLower(Encoding.ASCII.GetBytes(key)),
        Base64Of(key),
        OfUrl(Base64Of(key)),
    ];

    private static string Base64Of(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));

    private static string OfUrl(string digits) => digits.Replace('+', '-').Replace('/', '_').TrimEnd('=');
}
