using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Security;

/// <summary>Who pays, asked over HTTP with tokens.</summary>
public sealed class ChoiceTests
{
    private static JsonObject Hello => new() { ["text"] = "Hello" };

    [Fact]
    public async Task PinnedTokenIgnoresMethodAndDefaults()
    {
        await using var scene = await ServerScene.StartAsync();
        var acme = ServerScene.NewKey();
        await scene.AddProfileAsync("acme_openai", "acme", acme);
        await scene.AddProfileAsync("eu", "other");
        await scene.AddProfileAsync("house", null);
        using var pinned = await scene.AddTokenAsync(Draft("chosen") with { PinnedTenant = "acme" });

        (await pinned.RunAsync(new() { ["text"] = "method", ["region"] = "eu" })).AssertSucceeded();
        (await pinned.RunAsync(new() { ["text"] = "default" })).AssertSucceeded();

        Assert.Equal(2, scene.Models.Requests.Count);
        Assert.All(scene.Models.Requests, request => Assert.Equal(acme, request.Key));
    }

    [Fact]
    public async Task PinnedTokenNamingAnotherLooksUnknown()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        var other = await scene.AddProfileAsync("other_openai", "other");
        var disabled = await scene.AddProfileAsync("other_old", "other");
        await scene.Profiles.SetEnabledAsync(disabled.Id, false, TestContext.Current.CancellationToken);
        var operators = await scene.AddProfileAsync("house", null);
        using var pinned = await scene.AddTokenAsync(Draft("keyed") with { PinnedTenant = "acme", ProfileIds = [other.Id, disabled.Id, operators.Id], MaySendKey = true });

        var unknown = (await pinned.RunAsync(Hello, body => body["credential_profile"] = "nobody_has_this")).AssertError(404, "not_found");
        Action<JsonObject>[] others =
        [
            body => body["credential_profile"] = "other_openai",
            body => body["credential_profile"] = "other_old",
            body => body["credential_profile"] = "house",
            body => body["credential_id"] = other.Id,
            body => body["credential_id"] = "none",
            body => body["credential_tenant"] = "other",
            body => body["credential_tenant"] = "none",
            body => body["api_key"] = ServerScene.NewKey(),
            body => body["inputs"]!["model_api_key"] = ServerScene.NewKey(),
            body => body["inputs"]!["profile_name"] = "other_openai",
            body => body["credentials"] = new JsonObject { ["default"] = new JsonObject { ["credential_profile"] = "other_openai" } },
        ];
        foreach (var select in others)
        {
            var slots = await pinned.GetAsync("workflows/keyed");
            var slot = (string)slots.Json["slots"]![0]!["name"]!;
            var answer = await pinned.RunAsync(Hello, body =>
            {
                select(body);
                if (body["credentials"] is JsonObject one)
                    body["credentials"] = new JsonObject { [slot] = one["default"]!.DeepClone() };
            });
            Assert.Equal(unknown.Text, answer.Text);
        }
        await scene.AssertNothingHappenedAsync(pinned, unknown);
    }

    [Fact]
    public async Task MethodPickOutsideGrantFails()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        await scene.AddProfileAsync("eu", "other");
        using var client = await scene.AddTokenAsync("acme", "chosen");

        var refused = (await client.RunAsync(new() { ["text"] = "Hello", ["region"] = "eu" })).AssertError(400, "provider_not_initialize");
        var unknown = await client.RunAsync(new() { ["text"] = "Hello", ["region"] = "nowhere" });

        Assert.Equal(unknown.Text, refused.Text);
        await scene.AssertNothingHappenedAsync(client, refused);
    }

    [Fact]
    public async Task InputPickOutsideGrantFails()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        await scene.AddProfileAsync("other_openai", "other");
        using var client = await scene.AddTokenAsync("acme", "keyed");

        var refused = (await client.RunAsync(new() { ["text"] = "Hello", ["profile_name"] = "other_openai" })).AssertError(404, "not_found");
        var unknown = await client.RunAsync(new() { ["text"] = "Hello", ["profile_name"] = "nobody_has_this" });

        Assert.Equal(unknown.Text, refused.Text);
        await scene.AssertNothingHappenedAsync(client, refused, "other_openai");
    }

    [Fact]
    public async Task TokenWithoutGrantsCannotUseSlotOrHostDefault()
    {
        await using var scene = await ServerScene.StartAsync(new() { Services = services => services.AddSingleton<IHostDefault>(new HouseDefault()) });
        var house = await scene.AddProfileAsync("house", null);
        using var poor = await scene.AddTokenAsync(Draft("chosen", "keyed"));

        var slot = (await poor.RunAsync(Hello, path: "workflows/chosen/run")).AssertError(400, "provider_not_initialize");
        var host = (await poor.RunAsync(Hello, path: "workflows/keyed/run")).AssertError(400, "provider_not_initialize");

        await scene.AssertNothingHappenedAsync(poor, slot, "house");
        Assert.DoesNotContain("house", host.Text, StringComparison.Ordinal);

        // The same defaults pay for a token that is granted them.
        using var rich = await scene.AddTokenAsync(Draft("chosen", "keyed") with { ProfileIds = [house.Id] });
        (await rich.RunAsync(Hello, path: "workflows/chosen/run")).AssertSucceeded();
        (await rich.RunAsync(Hello, path: "workflows/keyed/run")).AssertSucceeded();
    }

    [Fact]
    public async Task ApiKeyInputNeedsSendKeyPermission()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        var key = ServerScene.NewKey();
        scene.Models.Keys.Add(key);
        using var client = await scene.AddTokenAsync("acme", "keyed");

        var input = (await client.RunAsync(new() { ["text"] = "Hello", ["model_api_key"] = key })).AssertError(404, "not_found");
        var call = (await client.RunAsync(Hello, body => body["api_key"] = key)).AssertError(404, "not_found");

        await scene.AssertNothingHappenedAsync(client, input, key);
        await scene.AssertNothingHappenedAsync(client, call, key);
        using var sender = await scene.AddTokenAsync(Draft("keyed") with { MaySendKey = true });
        (await sender.RunAsync(new() { ["text"] = "Hello", ["model_api_key"] = key })).AssertSucceeded();
        (await sender.RunAsync(Hello, body => body["api_key"] = key)).AssertSucceeded();
        Assert.All(scene.Models.Requests, request => Assert.Equal(key, request.Key));
    }

    [Theory]
    [InlineData("credential_profile", "")]
    [InlineData("credential_profile", null)]
    [InlineData("credential_profile", "  ")]
    [InlineData("credential_profile", "Not A Name")]
    [InlineData("credential_id", "")]
    [InlineData("credential_id", null)]
    [InlineData("credential_id", "a b")]
    [InlineData("credential_tenant", "")]
    [InlineData("credential_tenant", null)]
    [InlineData("credential_tenant", "ACME")]
    [InlineData("api_key", "")]
    [InlineData("api_key", null)]
    [InlineData("api_key", " \t")]
    [InlineData("inputs.profile_name", "")]
    [InlineData("inputs.profile_name", " ")]
    [InlineData("inputs.model_api_key", "")]
    [InlineData("inputs.model_api_key", " ")]
    public async Task EmptyOrNullCredentialNeverFallsThrough(string field, string? value)
    {
        await using var scene = await ServerScene.StartAsync(new() { Services = services => services.AddSingleton<IHostDefault>(new HouseDefault()) });
        var house = await scene.AddProfileAsync("house", null);
        using var client = await scene.AddTokenAsync(Draft("keyed", "chosen") with { ProfileIds = [house.Id], MaySendKey = true });

        var single = (await client.RunAsync(Hello, body => Set(body, field, value), "workflows/keyed/run")).AssertError(400, "invalid_param");
        await scene.AssertNothingHappenedAsync(client, single);
        if (field.StartsWith("inputs.", StringComparison.Ordinal))
            return;
        var slot = (string)(await client.GetAsync("workflows/keyed")).Json["slots"]![0]!["name"]!;
        (await client.RunAsync(Hello, body => body["credentials"] = new JsonObject { [slot] = new JsonObject { [field] = value } }, "workflows/keyed/run")).AssertError(400, "invalid_param");
        (await client.RunAsync(Hello, body => body["credentials"] = new JsonObject { [slot] = new JsonObject() }, "workflows/keyed/run")).AssertError(400, "invalid_param");
        (await client.RunAsync(Hello, body => body["credentials"] = new JsonObject { [slot] = null }, "workflows/keyed/run")).AssertError(400, "invalid_param");
        (await client.RunAsync(Hello, body => body["credentials"] = null, "workflows/keyed/run")).AssertError(400, "invalid_param");
        await scene.AssertNothingHappenedAsync(client, single);
    }

    [Fact]
    public async Task ConflictingSelectionsRefused()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        await scene.AddProfileAsync("acme_second", "acme");
        using var client = await scene.AddTokenAsync(Draft("keyed") with { Tenants = ["acme"], MaySendKey = true });
        var key = ServerScene.NewKey();
        Action<JsonObject>[] conflicts =
        [
            body => { body["credential_profile"] = "acme_openai"; body["api_key"] = key; },
            body => { body["credential_profile"] = "acme_openai"; body["credential_id"] = "a1"; },
            body => { body["credential_profile"] = "acme_openai"; body["credential_tenant"] = "acme"; },
            body => { body["credential_profile"] = "acme_openai"; body["inputs"]!["profile_name"] = "acme_second"; },
            body => { body["credential_profile"] = "acme_openai"; body["inputs"]!["model_api_key"] = key; },
            body => { body["api_key"] = key; body["inputs"]!["model_api_key"] = ServerScene.NewKey(); },
            body => { body["inputs"]!["profile_name"] = "acme_openai"; body["inputs"]!["model_api_key"] = key; },
            body => { body["credential_profile"] = "acme_openai"; body["credentials"] = new JsonObject(); },
        ];

        foreach (var conflict in conflicts)
            await scene.AssertNothingHappenedAsync(client, (await client.RunAsync(Hello, conflict)).AssertError(400, "invalid_param"), key);
    }

    [Fact]
    public async Task AllSlotsBindOrNone()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "two-slots");

        var unknown = await client.RunAsync(Hello, body => body["credentials"] = Slots("acme_openai", "nobody_has_this"));
        var missing = await client.RunAsync(Hello, body => body["credentials"] = new JsonObject { ["write"] = new JsonObject { ["credential_profile"] = "acme_openai" } });

        await scene.AssertNothingHappenedAsync(client, unknown.AssertError(404, "not_found"));
        await scene.AssertNothingHappenedAsync(client, missing.AssertError(400, "provider_not_initialize"));
        (await client.RunAsync(Hello, body => body["credentials"] = Slots("acme_openai", "acme_openai"))).AssertSucceeded();
    }

    [Fact]
    public async Task TwoTenantsInOneRunRefused()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        await scene.AddProfileAsync("beta_openai", "beta");
        using var client = await scene.AddTokenAsync(Draft("two-slots") with { Tenants = ["acme", "beta"] });

        var two = await client.RunAsync(Hello, body => body["credentials"] = Slots("acme_openai", "beta_openai"));
        var other = await client.RunAsync(Hello, body => { body["credential_profile"] = "acme_openai"; body["options"] = new JsonObject { ["tenant"] = "beta" }; });

        await scene.AssertNothingHappenedAsync(client, two.AssertError(400, "invalid_param"));
        await scene.AssertNothingHappenedAsync(client, other.AssertError(400, "invalid_param"));
    }

    [Fact]
    public async Task TenantAIsNotTenantAB()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("a_openai", "a");
        var ab = await scene.AddProfileAsync("ab_openai", "ab");
        using var client = await scene.AddTokenAsync("a", "keyed");

        var unknown = (await client.RunAsync(Hello, body => body["credential_profile"] = "nobody_has_this")).AssertError(404, "not_found");

        Assert.Equal(unknown.Text, (await client.RunAsync(Hello, body => body["credential_profile"] = "ab_openai")).Text);
        Assert.Equal(unknown.Text, (await client.RunAsync(Hello, body => body["credential_id"] = ab.Id)).Text);
        Assert.Equal(unknown.Text, (await client.RunAsync(Hello, body => body["credential_tenant"] = "ab")).Text);
        await scene.AssertNothingHappenedAsync(client, (await client.RunAsync(Hello, body => body["options"] = new JsonObject { ["tenant"] = "ab" })).AssertError(400, "provider_not_initialize"));
        (await client.RunAsync(Hello, body => body["credential_tenant"] = "a")).AssertSucceeded();
    }

    [Fact]
    public async Task RecreatedNameInheritsNoGrant()
    {
        await using var scene = await ServerScene.StartAsync();
        var first = await scene.AddProfileAsync("shared", "acme");
        using var byId = await scene.AddTokenAsync(Draft("keyed") with { ProfileIds = [first.Id] });
        using var byTenant = await scene.AddTokenAsync("acme", "keyed");
        (await byId.RunAsync(Hello, body => body["credential_profile"] = "shared")).AssertSucceeded();
        (await byTenant.RunAsync(Hello, body => body["credential_profile"] = "shared")).AssertSucceeded();

        await scene.Profiles.DeleteAsync(first.Id, TestContext.Current.CancellationToken);
        await scene.AddProfileAsync("shared", "other");

        (await byId.RunAsync(Hello, body => body["credential_profile"] = "shared")).AssertError(404, "not_found");
        (await byTenant.RunAsync(Hello, body => body["credential_profile"] = "shared")).AssertError(404, "not_found");
        (await byId.RunAsync(Hello, body => body["credential_id"] = first.Id)).AssertError(404, "not_found");
        Assert.Equal(2, scene.Models.Requests.Count);
    }

    private static TokenDraft Draft(params string[] workflows) => new() { Name = "token-" + Guid.NewGuid().ToString("N"), Workflows = workflows };

    private static JsonObject Slots(string write, string check) => new()
    {
        ["write"] = new JsonObject { ["credential_profile"] = write },
        ["check"] = new JsonObject { ["credential_profile"] = check },
    };

    private static void Set(JsonObject body, string field, string? value)
    {
        if (field.StartsWith("inputs.", StringComparison.Ordinal))
            body["inputs"]![field["inputs.".Length..]] = value;
        else
            body[field] = value;
    }

    private sealed class HouseDefault : IHostDefault
    {
        public Credential? Current => Credential.Profile("house");
    }
}
