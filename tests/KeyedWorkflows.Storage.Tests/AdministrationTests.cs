using System.Text.Json;

namespace KeyedWorkflows.Storage.Tests;

public sealed class AdministrationTests : IDisposable
{
    private readonly StoreDirectory directory = new();
    private readonly StoreHost host;

    public AdministrationTests() => host = new StoreHost(directory);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        host.Dispose();
        directory.Dispose();
    }

    [Fact]
    public async Task A_name_that_configuration_has_is_refused_here_and_not_by_the_next_run()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory, configuration: new Dictionary<string, string?>
        {
            ["KeyedWorkflows:Profiles:house:Provider"] = RecordingProvider.Family,
            ["KeyedWorkflows:Profiles:house:ApiKey"] = StoreHost.NewKey(),
            ["KeyedWorkflows:Profiles:house:Model"] = "model-1",
        });

        var refused = await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.CreateAsync(StoreHost.Draft("house"), TestContext.Current.CancellationToken));

        Assert.Equal(ProfileRefusal.NameTaken, refused.Reason);
        await host.RunAsync("house");
    }

    /// <summary>An operator has both at hand, and a token that was stored as a key would be sent to a provider.</summary>
    [Theory]
    [InlineData("app-", "a token of runs")]
    [InlineData("ADM-", "a token of administration")]
    [InlineData("whsec_", "a callback secret")]
    public async Task A_token_of_the_product_is_no_key_of_a_provider(string prefix, string what)
    {
        var token = Secret.From(prefix + (Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N"))[..43]);
        var made = await host.Profiles.CreateAsync(StoreHost.Draft("a"), Token);

        foreach (var refused in (ProfileRefusedException[])[
            await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.CreateAsync(StoreHost.Draft("b") with { ApiKey = token }, Token)),
            await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.CreateAsync(StoreHost.Draft("b") with { Headers = new Dictionary<string, Secret> { ["X-Key"] = token } }, Token)),
            await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.ReplaceAsync(made.Id, StoreHost.Draft("a") with { ApiKey = token }, cancellationToken: Token)),
            await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.RotateKeyAsync(made.Id, token, Token))])
        {
            Assert.Equal(ProfileRefusal.Malformed, refused.Reason);
            Assert.Contains(what, refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(token.Reveal()[^32..], refused.Message, StringComparison.Ordinal);
        }
        Assert.Equal(["a"], (await host.Profiles.ListAsync(cancellationToken: Token)).Select(static profile => profile.Name));
    }

    [Fact]
    public async Task Keys_of_other_products_may_begin_as_tokens_do() =>
        Assert.NotNull(await host.Profiles.CreateAsync(StoreHost.Draft("b") with { ApiKey = Secret.From("app-" + Guid.NewGuid().ToString("N")[..24]) }, Token));

    [Fact]
    public async Task EndpointChangeNeedsKey()
    {
        var draft = StoreHost.Draft("a", endpoint: "https://models.example/v1");
        var made = await host.Profiles.CreateAsync(draft, Token);
        var elsewhere = new Uri("https://elsewhere.example/v1");

        foreach (var moved in (ProfileDraft[])[draft with { Endpoint = elsewhere }, draft with { Endpoint = null }, draft with { Provider = "openai" }, draft with { Tenant = "bolt" }, draft with { Tenant = null }])
        {
            var refused = await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.ReplaceAsync(made.Id, moved with { ApiKey = null }, cancellationToken: Token));
            Assert.Equal(ProfileRefusal.KeyRequired, refused.Reason);
        }
        Assert.Equal(draft.Endpoint, (await host.FindAsync("a"))!.Endpoint);

        var key = Secret.From(StoreHost.NewKey());
        await host.Profiles.ReplaceAsync(made.Id, draft with { Endpoint = elsewhere, ApiKey = key }, cancellationToken: Token);
        var after = (await host.FindAsync("a"))!;
        Assert.Equal((elsewhere, key), (after.Endpoint, after.ApiKey));
    }

    [Fact]
    public async Task Headers_are_not_sent_to_another_endpoint_either()
    {
        var draft = StoreHost.Draft("a") with { Headers = new Dictionary<string, Secret> { ["X-Team"] = Secret.From(StoreHost.NewKey()) } };
        var made = await host.Profiles.CreateAsync(draft, Token);
        var moved = draft with { Endpoint = new Uri("https://elsewhere.example/v1") };

        Assert.Equal(ProfileRefusal.KeyRequired, (await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.ReplaceAsync(made.Id, moved with { Headers = null }, cancellationToken: Token))).Reason);
        await host.Profiles.ReplaceAsync(made.Id, moved with { Headers = new Dictionary<string, Secret>() }, cancellationToken: Token);

        Assert.Empty((await host.FindAsync("a"))!.Headers);
    }

    [Fact]
    public async Task A_change_of_anything_else_keeps_the_key()
    {
        var draft = StoreHost.Draft("a") with { Headers = new Dictionary<string, Secret> { ["X-Team"] = Secret.From(StoreHost.NewKey()) } };
        var made = await host.Profiles.CreateAsync(draft, Token);

        await host.Profiles.ReplaceAsync(made.Id, draft with { ApiKey = null, Headers = null, Model = "model-2", Labels = new Dictionary<string, string> { ["team"] = "blue" } }, made.Revision, Token);

        var after = (await host.FindAsync("a"))!;
        Assert.Equal((draft.ApiKey, "model-2", "blue"), (after.ApiKey, after.Model, after.Labels["team"]));
        Assert.Equal(draft.Headers["X-Team"], after.Headers["x-team"]);
    }

    [Fact]
    public async Task RecreatedNameInheritsNoGrant()
    {
        var before = await host.Profiles.CreateAsync(StoreHost.Draft("a"), Token);
        await host.Profiles.DeleteAsync(before.Id, Token);

        var after = await host.Profiles.CreateAsync(StoreHost.Draft("a"), Token);

        Assert.NotEqual(before.Id, after.Id);
        Assert.Null(await host.FindByIdAsync(before.Id));
        Assert.Equal(32, after.Id.Length);
    }

    [Fact]
    public async Task FingerprintDiffersAcrossTenants()
    {
        var key = StoreHost.NewKey();
        var a = await host.Profiles.CreateAsync(StoreHost.Draft("a", key, tenant: "acme"), Token);
        var b = await host.Profiles.CreateAsync(StoreHost.Draft("b", key, tenant: "bolt"), Token);

        Assert.Matches("^[0-9a-f]{16}$", a.KeyFingerprint);
        Assert.NotEqual(a.KeyFingerprint, b.KeyFingerprint);
        Assert.Equal(a.KeyFingerprint, (await host.Profiles.SetEnabledAsync(a.Id, false, Token)).KeyFingerprint);
        Assert.NotEqual(a.KeyFingerprint, (await host.Profiles.RotateKeyAsync(a.Id, Secret.From(StoreHost.NewKey()), Token)).KeyFingerprint);

        // Another host has another key of its own.
        using var elsewhere = new StoreDirectory();
        using var other = new StoreHost(elsewhere);
        Assert.NotEqual(a.KeyFingerprint, other.Storage.Fingerprints.Of(a.Id, Secret.From(key)));
        using var again = new StoreHost(directory);
        Assert.Equal(a.KeyFingerprint, again.Storage.Fingerprints.Of(a.Id, Secret.From(key)));
    }

    [Fact]
    public async Task A_write_past_another_is_refused()
    {
        var draft = StoreHost.Draft("a");
        var made = await host.Profiles.CreateAsync(draft, Token);
        await host.Profiles.SetEnabledAsync(made.Id, false, Token);

        var refused = await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.ReplaceAsync(made.Id, draft, made.Revision, Token));

        Assert.Equal(ProfileRefusal.Changed, refused.Reason);
        Assert.False((await host.FindAsync("a"))!.Enabled);
    }

    [Fact]
    public async Task What_is_malformed_is_refused_and_not_repeated()
    {
        var made = await host.Profiles.CreateAsync(StoreHost.Draft("a"), Token);
        var keyAsName = "sk-proj-" + Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()) + "aB3";

        foreach (var draft in (ProfileDraft[])
        [
            StoreHost.Draft(keyAsName), StoreHost.Draft("b", tenant: keyAsName), StoreHost.Draft("b", endpoint: "https://user:" + keyAsName + "@models.example"),
            StoreHost.Draft("b") with { Headers = new Dictionary<string, Secret> { ["Host"] = Secret.From(keyAsName) } },
            StoreHost.Draft("b") with { Headers = new Dictionary<string, Secret> { ["X-A"] = Secret.From(keyAsName), ["x-a"] = Secret.From(keyAsName) } },
            StoreHost.Draft("b") with { Models = new Dictionary<string, string> { ["Small"] = "mini", ["small"] = "nano" } }, StoreHost.Draft("b") with { ApiKey = JsonSerializer.Deserialize<Secret>("\"any\"") },
        ])
        {
            var refused = await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.CreateAsync(draft, Token));
            Assert.Equal(ProfileRefusal.Malformed, refused.Reason);
            Assert.DoesNotContain(keyAsName, refused.ToString() + draft, StringComparison.Ordinal);
        }
        Assert.Equal(ProfileRefusal.NameTaken, (await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.CreateAsync(StoreHost.Draft("a"), Token))).Reason);
        Assert.Equal(ProfileRefusal.Malformed, (await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.ReplaceAsync(made.Id, StoreHost.Draft("b"), cancellationToken: Token))).Reason);
        Assert.Equal(ProfileRefusal.NotFound, (await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.SetEnabledAsync("none", true, Token))).Reason);
        Assert.False(await host.Profiles.DeleteAsync("none", Token));
    }

    /// <summary>These stand in answers to callers, in exports and in usage.</summary>
    [Fact]
    public async Task A_key_in_a_field_that_is_shown_is_refused_and_not_repeated()
    {
        var made = await host.Profiles.CreateAsync(StoreHost.Draft("a"), Token);
        var key = "sk-proj-" + Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()) + "aB3";
        var draft = StoreHost.Draft("a");

        foreach (var wrong in (ProfileDraft[])
        [
            draft with { Organization = key }, draft with { Project = key }, draft with { Model = key }, draft with { EmbeddingModel = key }, draft with { Endpoint = new("https://models.example/" + key + "/v1") },
            draft with { Models = new Dictionary<string, string> { ["gpt-4o-mini"] = key } }, draft with { Models = new Dictionary<string, string> { [key] = "gpt-4o-mini" } },
            draft with { Labels = new Dictionary<string, string> { ["note"] = "the key is " + key } }, draft with { Labels = new Dictionary<string, string> { [key] = "x" } },
            draft with { Headers = new Dictionary<string, Secret> { [key] = Secret.From("value") } },
        ])
        {
            foreach (var refused in (ProfileRefusedException[])
            [
                await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.CreateAsync(wrong with { Name = "b" }, Token)),
                await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.ReplaceAsync(made.Id, wrong, cancellationToken: Token)),
            ])
            {
                Assert.Equal(ProfileRefusal.Malformed, refused.Reason);
                Assert.DoesNotContain(key, refused.ToString(), StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Not every key has a known form: it is known by being the profile's own.</summary>
    [Fact]
    public async Task A_profiles_own_key_in_a_field_that_is_shown_is_refused_and_not_repeated()
    {
        var key = Guid.NewGuid().ToString("N");
        var draft = StoreHost.Draft("a", key);
        var made = await host.Profiles.CreateAsync(draft with { Labels = new Dictionary<string, string> { ["note"] = "of " + key[..8] } }, Token);

        foreach (var wrong in (ProfileDraft[])
        [
            draft with { Name = key }, draft with { Tenant = key }, draft with { Model = key }, draft with { Labels = new Dictionary<string, string> { ["note"] = "the key is " + key } },
            draft with { ApiKey = Secret.From("the-key-of-a-gateway"), Headers = new Dictionary<string, Secret> { ["api-key"] = Secret.From(key) }, Project = key },
        ])
        {
            var refused = await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.CreateAsync(wrong.Name == "a" ? wrong with { Name = "b" } : wrong, Token));
            Assert.Equal(ProfileRefusal.Malformed, refused.Reason);
            Assert.DoesNotContain(key, refused.ToString(), StringComparison.Ordinal);
        }

        // The key of an endpoint that asks for none is a word, and a header's value may be a name.
        await host.Profiles.CreateAsync(StoreHost.Draft("ollama", "ollama", endpoint: "http://ollama:11434/v1") with { Headers = new Dictionary<string, Secret> { ["X-Tenant"] = Secret.From("acme") } }, Token);
        await host.Profiles.ReplaceAsync(made.Id, draft with { Labels = new Dictionary<string, string> { ["note"] = "of-" + new string('z', 20) } }, cancellationToken: Token);
        Assert.Equal(ProfileRefusal.Malformed, (await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.RotateKeyAsync(made.Id, Secret.From("of-" + new string('z', 20)), Token))).Reason);
    }

    [Fact]
    public async Task The_fingerprint_that_a_key_shows_as_is_no_key()
    {
        var made = await host.Profiles.CreateAsync(StoreHost.Draft("a"), Token);

        var refused = await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.RotateKeyAsync(made.Id, Secret.From(made.KeyFingerprint!), Token));

        Assert.Contains("fingerprint", refused.Message, StringComparison.Ordinal);
        Assert.Equal(made.KeyFingerprint, (await host.Profiles.FindByNameAsync("a", Token))!.KeyFingerprint);
    }

    [Fact]
    public async Task Everything_of_a_profile_comes_back()
    {
        var draft = StoreHost.Draft("a", endpoint: "https://models.example/v1") with
        {
            Organization = "org-1",
            Project = "project-1",
            EmbeddingModel = "embedding-1",
            Headers = new Dictionary<string, Secret> { ["X-Team"] = Secret.From(StoreHost.NewKey()) },
            Models = new Dictionary<string, string> { ["model-1"] = "deployment-1" },
            Labels = new Dictionary<string, string> { ["Team"] = "blue é" },
        };
        await host.Profiles.CreateAsync(draft, Token);

        using var another = new StoreHost(directory);
        var profile = (await another.FindAsync("a"))!;

        Assert.Equal(
            (draft.Name, draft.Tenant, draft.Provider, draft.ApiKey, draft.Endpoint, draft.Organization, draft.Project, draft.Model, draft.EmbeddingModel, true),
            (profile.Name, profile.Tenant, profile.Provider, profile.ApiKey, profile.Endpoint, profile.Organization, profile.Project, profile.Model, profile.EmbeddingModel, profile.Enabled));
        Assert.Equal(draft.Headers, profile.Headers);
        Assert.Equal(draft.Models, profile.Models);
        Assert.Equal(draft.Labels, profile.Labels);
    }

    [Fact]
    public async Task Export_and_import_carry_no_secret()
    {
        var key = StoreHost.NewKey();
        var made = await host.Profiles.CreateAsync(
            StoreHost.Draft("a", key, endpoint: "https://models.example/v1") with { Headers = new Dictionary<string, Secret> { ["X-Team"] = Secret.From("team-" + key) } }, Token);
        var text = await host.Profiles.ExportAsync(Token);
        Assert.Null(Canary.In(text, key));
        Assert.DoesNotContain(made.KeyFingerprint!, text, StringComparison.Ordinal);

        using var elsewhere = new StoreDirectory();
        using var other = new StoreHost(elsewhere);
        await other.Profiles.CreateAsync(StoreHost.Draft("mine"), Token);
        var result = await other.Profiles.ImportAsync(text, Token);
        var imported = (await other.FindAsync("a"))!;

        Assert.Equal(["a"], result.Created);
        Assert.Empty(result.Skipped);
        Assert.NotEqual(made.Id, imported.Id);
        Assert.Equal((null, false, "https://models.example/v1"), (imported.ApiKey, imported.Enabled, imported.Endpoint!.OriginalString));
        Assert.Equal(["a"], (await other.Profiles.ImportAsync(text, Token)).Skipped);
        Assert.Equal(WorkflowErrorCodes.ProfileDisabled, await other.RefusalOfRunAsync("a"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"version\":2,\"profiles\":[]}")]
    [InlineData("{\"version\":1,\"profiles\":[{\"name\":\"a\",\"provider\":\"fake\",\"apiKey\":\"canary\"}]}")]
    [InlineData("{\"version\":1,\"profiles\":[{\"name\":\"a\",\"provider\":\"fake\"},{\"name\":\"a\",\"provider\":\"fake\"}]}")]
    [InlineData("{\"version\":1,\"profiles\":[{\"name\":\"CANARY canary\",\"provider\":\"fake\"}]}")]
    [InlineData("{\"version\":1,\"profiles\":[null]}")]
    [InlineData("{\"version\":1,\"profiles\":[{\"name\":\"a\",\"provider\":\"fake\",\"models\":{\"m\":null}}]}")]
    public async Task An_import_that_no_export_wrote_is_refused_whole(string text)
    {
        var refused = await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.ImportAsync(text, Token));

        Assert.Equal(ProfileRefusal.Malformed, refused.Reason);
        Assert.DoesNotContain("canary", refused.ToString(), StringComparison.Ordinal);
        Assert.Empty(await host.Profiles.ListAsync(cancellationToken: Token));
    }

    [Fact]
    public async Task Lists_show_no_secret()
    {
        var key = StoreHost.NewKey();
        await host.Profiles.CreateAsync(StoreHost.Draft("a", key), Token);
        await host.Profiles.CreateAsync(StoreHost.Draft("b", tenant: "bolt"), Token);

        var listed = Assert.Single(await host.Profiles.ListAsync("acme", Token));

        Assert.Null(Canary.In(JsonSerializer.Serialize(listed) + listed, key));
        Assert.Equal(["a", "b"], (await host.Profiles.ListAsync(cancellationToken: Token)).Select(profile => profile.Name));
    }

    /// <summary>Whoever takes a name or an id would find this one where the other was meant, and give its key to another client.</summary>
    [Fact]
    public async Task A_name_that_is_anothers_id_is_given_to_nothing_new()
    {
        var id = (await host.Profiles.CreateAsync(StoreHost.Draft("a"), Token)).Id;

        var refused = await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.CreateAsync(StoreHost.Draft(id, tenant: "bolt"), Token));
        var token = await Assert.ThrowsAsync<TokenRefusedException>(() => host.Tokens.CreateAsync(new() { Name = id }, Token));

        var made = await host.Tokens.CreateAsync(new() { Name = "token" }, Token);
        var renamed = await Assert.ThrowsAsync<TokenRefusedException>(() => host.Tokens.ReplaceAsync(made.Token.Id, new() { Name = id }, cancellationToken: Token));
        var administrator = await Assert.ThrowsAsync<TokenRefusedException>(() => host.Administrators.CreateAsync(new() { Name = id, Scope = AdministratorScope.Read }, Token));

        Assert.Equal((ProfileRefusal.Malformed, TokenRefusal.Malformed, TokenRefusal.Malformed, TokenRefusal.Malformed), (refused.Reason, token.Reason, renamed.Reason, administrator.Reason));
        Assert.DoesNotContain(id, refused.Message + token.Message + renamed.Message + administrator.Message, StringComparison.Ordinal);
        Assert.Single(await host.Profiles.ListAsync(cancellationToken: Token));
    }
}
