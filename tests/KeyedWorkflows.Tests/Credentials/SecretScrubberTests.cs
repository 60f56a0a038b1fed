using System.Net;
using System.Text;
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
        var key = Profiles.NewKey() + "+/\"\\<>&'=%é"[..^1];
        var scrubber = new SecretScrubber(null, Inline(key));

        foreach (var form in FormsOf(key))
        {
            var text = scrubber.Scrub("before " + form + " after");
            Assert.DoesNotContain(form, text, StringComparison.OrdinalIgnoreCase);
            Assert.StartsWith("before ", text, StringComparison.Ordinal);
            Assert.EndsWith(" after", text, StringComparison.Ordinal);
            Assert.Contains("(secret)", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_key_within_a_text_in_base64_is_found_wherever_it_lies_and_whatever_follows()
    {
        for (var length = 20; length <= 22; length++)
        {
            var key = Profiles.NewKey()[..length];
            foreach (var before in new[] { "", "x", "xy", "Bearer " })
            {
                foreach (var after in new[] { "", ":", ":p", ":password" })
                {
                    var text = new SecretScrubber(null, Inline(key)).Scrub(Convert.ToBase64String(Encoding.ASCII.GetBytes(before + key + after)));
                    Assert.Contains("(secret)", text, StringComparison.Ordinal);
                    Assert.True(text.Length <= "(secret)".Length + before.Length * 2 + after.Length * 2 + 6, "More than the digits at the seams is left.");
                }
            }
        }
    }

    [Fact]
    public void ScrubberKnowsOnlyThisRunsSecrets()
    {
        var (mine, header, other) = (Profiles.NewKey(), Profiles.NewKey(), Profiles.NewKey());
        var profile = Profiles.Of("a") with { ApiKey = Secret.From(mine), Headers = new Dictionary<string, Secret> { ["X-Key"] = Secret.From(header) } };

        var text = new SecretScrubber(profile, null).Scrub($"{mine} {header} {other}");

        Assert.Equal($"(secret) (secret) {other}", text);
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
        Uri.EscapeDataString(key),
        Uri.EscapeDataString(key).ToLowerInvariant(),
        WebUtility.UrlEncode(key),
        Convert.ToBase64String(Encoding.ASCII.GetBytes(key)),
        Convert.ToBase64String(Encoding.ASCII.GetBytes(key)).Replace('+', '-').Replace('/', '_').TrimEnd('='),
    ];
}
