using System.Text.Json;

namespace KeyedWorkflows.Tests.Credentials;

public sealed class SecretTests
{
    private static string NewKey() => "key-" + Guid.NewGuid().ToString("N");

    [Fact]
    public void A_credential_shows_its_kind_and_never_what_was_given_for_a_name()
    {
        // A key of digits and small letters fits the grammar of names.
        var key = Guid.NewGuid().ToString("N");

        foreach (var credential in new[] { Credential.Profile(key), Credential.Id(key), Credential.Tenant(key), Credential.ApiKey(key) })
            Assert.DoesNotContain(key, credential.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void StoredSecretJsonCannotBeUsedAsKey()
    {
        var key = NewKey();
        var json = JsonSerializer.Serialize(Secret.From(key));
        var back = JsonSerializer.Deserialize<Secret>(json)!;

        Assert.DoesNotContain(key, json, StringComparison.Ordinal);
        Assert.False(back.IsUsable);
        Assert.Throws<InvalidOperationException>(back.Reveal);
        Assert.Equal(CredentialKind.Invalid, Credential.ApiKey(back).Kind);
        Assert.NotEqual(Secret.From(key), back);
    }

    [Fact]
    public void Json_tells_keys_apart_and_shows_no_piece_of_them()
    {
        var key = NewKey();
        var json = JsonSerializer.Serialize(Secret.From(key));

        Assert.Matches("^\"secret:[0-9a-f]{16}\"$", json);
        Assert.Equal(json, JsonSerializer.Serialize(Secret.From(key)));
        Assert.NotEqual(json, JsonSerializer.Serialize(Secret.From(NewKey())));
        Assert.Equal("\"(secret)\"", JsonSerializer.Serialize(JsonSerializer.Deserialize<Secret>(json)));
    }

    [Fact]
    public void A_key_in_json_is_not_read_either() => Assert.False(JsonSerializer.Deserialize<Secret>(JsonSerializer.Serialize(NewKey()))!.IsUsable);

    [Fact]
    public void White_space_at_the_ends_is_removed_once()
    {
        var key = NewKey();

        Assert.Equal(key, Secret.From("  " + key + "\r\n").Reveal());
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("a b")]
    [InlineData("a\r\nX-Other: b")]
    [InlineData("a\u007f")]
    [InlineData("ä")]
    public void KeyWithCrLfIsRefusedAtEveryEntrance(string key)
    {
        Assert.False(Secret.TryFrom(key, out _));
        var error = Assert.Throws<FormatException>(() => Secret.From(key));
        Assert.Equal(CredentialKind.Invalid, Credential.ApiKey(key).Kind);
        if (key.Trim().Length > 0)
            Assert.DoesNotContain(key.Trim(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_has_at_most_4096_characters()
    {
        Assert.True(Secret.TryFrom(new string('k', 4096), out _));
        Assert.False(Secret.TryFrom(new string('k', 4097), out _));
    }

    [Fact]
    public void No_text_form_shows_the_key()
    {
        var key = NewKey();
        var secret = Secret.From(key);
        var profile = new StoredProfile { Id = "p", Name = "p", Provider = "openai", Revision = "1", ApiKey = secret, Headers = new Dictionary<string, Secret> { ["X-Key"] = secret } };

        foreach (var text in new[] { secret.ToString(), $"{secret}", profile.ToString(), Credential.ApiKey(key).ToString(), JsonSerializer.Serialize(profile) })
            Assert.DoesNotContain(key, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_keys_are_equal_secrets()
    {
        var key = NewKey();

        Assert.Equal(Secret.From(key), Secret.From(" " + key));
        Assert.Equal(Secret.From(key).GetHashCode(), Secret.From(key).GetHashCode());
        Assert.NotEqual(Secret.From(key), Secret.From(key + "x"));
    }
}
