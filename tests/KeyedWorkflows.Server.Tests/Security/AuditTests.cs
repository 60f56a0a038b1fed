using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Security;

/// <summary>What a token was refused stands in the audit of whom it would have cost, counted, and callers notice nothing of it.</summary>
public sealed class AuditTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static JsonObject Hello => new() { ["text"] = "Hello" };

    [Fact]
    public async Task RefusedUsesAreCountedByTokenAndProfile()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        var other = await scene.AddProfileAsync("other_openai", "other");
        using var client = await scene.AddTokenAsync("acme", "keyed");

        for (var i = 0; i < 17; i++)
            (await client.RunAsync(Hello, body => body[i % 2 == 0 ? "credential_profile" : "credential_id"] = i % 2 == 0 ? "other_openai" : other.Id)).AssertError(404, "not_found");
        await client.RunAsync(Hello, static body => body["credential_tenant"] = "other", "workflows/explain");
        await client.RunAsync(Hello, static body => body["credential_profile"] = "nobody_has_this");
        await client.RunAsync(Hello, static body => body["credential_tenant"] = "nobody");

        var entries = await RefusalsAsync(scene);
        Assert.All(entries, entry => Assert.Equal(("token", client.Token.Token.Name, client.Token.Token.Id, "127.0.0.1"), (entry.Actor.Kind, entry.Actor.Name, entry.Actor.Id, entry.Actor.Address)));
        Assert.All(entries, static entry => Assert.Equal(("profile.use", "profile_not_found"), (entry.Action, entry.Outcome)));
        Assert.Equal(
            [(17L, other.Id, "other_openai", "other"), (1L, null, null, "other"), (2L, null, null, null)],
            entries.Select(static entry => (entry.Count, entry.SubjectId, entry.SubjectName, entry.Tenants.SingleOrDefault())));
        Assert.DoesNotContain("nobody", (await Audit(scene).ReportAsync(new(), Token)).ToJson(), StringComparison.Ordinal);
        Assert.Equal([17L, 1L], (await Audit(scene).ReadAsync(new() { Tenant = "other", Actor = client.Token.Token.Id }, Token)).Select(static entry => entry.Count));
        Assert.True((await Audit(scene).VerifyAsync(cancellationToken: Token)).IsIntact);
    }

    [Fact]
    public async Task PinnedTokensDisabledProfilesAndTokensThatAreNotTakenAreCounted()
    {
        await using var scene = await ServerScene.StartAsync();
        var acme = await scene.AddProfileAsync("acme_openai", "acme");
        var other = await scene.AddProfileAsync("other_openai", "other");
        using var pinned = await scene.AddTokenAsync(new TokenDraft { Name = "pinned", PinnedTenant = "acme", ProfileIds = [other.Id], Workflows = ["keyed"] });
        await pinned.RunAsync(Hello, static body => body["credential_profile"] = "other_openai");
        await scene.Profiles.SetEnabledAsync(acme.Id, false, Token);
        await pinned.RunAsync(Hello);
        await scene.Tokens.SetEnabledAsync(pinned.Token.Token.Id, false, Token);
        (await pinned.RunAsync(Hello)).AssertError(401, "unauthorized");
        using var guess = scene.Anyone("app-" + new string('x', 43));
        await guess.GetAsync("workflows/keyed", Token);

        Assert.Equal(
            [("profile.use", "profile_not_found", "other_openai"), ("profile.use", "provider_not_initialized", "acme_openai"), ("token.use", "token_disabled", "pinned")],
            (await RefusalsAsync(scene)).Select(static entry => (entry.Action, entry.Outcome, entry.SubjectName!)));
    }

    [Fact]
    public async Task UsesThatLimitsRefuseAreCounted()
    {
        await using var scene = await ServerScene.StartAsync();
        var key = ServerScene.NewKey();
        var spent = await scene.Profiles.CreateAsync(new() { Name = "acme_openai", Tenant = "acme", Provider = "openai", ApiKey = Secret.From(key), Limits = new() { Day = new() { Tokens = 0 } } }, Token);
        await scene.Profiles.CreateAsync(new() { Name = "bolt_openai", Tenant = "bolt", Provider = "openai", ApiKey = Secret.From(key), Limits = new() { RequestsPerMinute = 1 } }, Token);
        scene.Models.Keys.Add(key);
        using var client = await scene.AddTokenAsync(new TokenDraft { Name = "both", Tenants = ["acme", "bolt"], Workflows = ["keyed"] });

        for (var run = 0; run < 3; run++)
        {
            (await client.RunAsync(Hello, static body => body["credential_profile"] = "acme_openai")).AssertError(429, "too_many_requests");
            await client.RunAsync(Hello, static body => body["credential_profile"] = "bolt_openai");
        }

        Assert.Equal(
            [("budget_spent", spent.Id, "acme", 3L), ("limit_reached", "bolt_openai", "bolt", 2L)],
            (await RefusalsAsync(scene)).Select(static entry => (entry.Outcome, entry.Outcome == "budget_spent" ? entry.SubjectId! : entry.SubjectName!, entry.Tenants.Single(), entry.Count)));
    }

    [Theory]
    [InlineData(false, "profile_disabled")]
    [InlineData(true, "profile_disabled")]
    public async Task WhatIsTakenDuringARunIsCounted(bool isToken, string outcome)
    {
        await using var scene = await ServerScene.StartAsync();
        var profile = await scene.AddProfileAsync("acme_openai", "acme");
        var gate = new ModelServerGate();
        scene.Models.When(static request => request.LastUserMessage.StartsWith("Begin", StringComparison.Ordinal)).HoldUntil(gate).Answer("begun");
        scene.Models.When(static _ => true).Answer("more");
        var draft = new TokenDraft { Name = "taken", Workflows = ["story"], Tenants = ["acme", "other"] };
        using var client = await scene.AddTokenAsync(draft);
        var run = client.RunAsync(new() { ["about"] = "a fox" }, static body => body["credential_tenant"] = "acme");
        await gate.ArrivedAsync(1, Token);

        if (isToken)
            await scene.Tokens.ReplaceAsync(client.Token.Token.Id, draft with { Tenants = ["other"] }, cancellationToken: Token);
        else
            await scene.Profiles.SetEnabledAsync(profile.Id, false, Token);
        gate.Open();
        (await run).AssertError(400, "provider_not_initialize");

        var entry = Assert.Single(await RefusalsAsync(scene));
        Assert.Equal((outcome, profile.Id, "acme"), (entry.Outcome, entry.SubjectId, entry.Tenants.SingleOrDefault()));
    }

    [Fact]
    public async Task RefusalsAreWrittenWhenTheHostStops()
    {
        var directory = Directory.CreateTempSubdirectory("kw-audit-").FullName;
        try
        {
            await using (var scene = await ServerScene.StartAsync(new() { Directory = directory }))
            {
                await scene.AddProfileAsync("other_openai", "other");
                using var client = await scene.AddTokenAsync("acme", "keyed");
                await client.RunAsync(Hello, static body => body["credential_profile"] = "other_openai");
                await scene.StopAsync();
                Assert.True(scene.Logs.Holds("The audit's head is"));
            }

            await using var again = await ServerScene.StartAsync(new() { Directory = directory });
            Assert.Contains(await Audit(again).ReadAsync(new(), Token), static entry => entry is { Action: "profile.use", Count: 1 });
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static AuditLog Audit(ServerScene scene) => scene.Services.GetRequiredService<AuditLog>();

    private static async Task<IReadOnlyList<AuditEntry>> RefusalsAsync(ServerScene scene)
    {
        await scene.Services.GetRequiredService<HostStorage>().Refusals.FlushAsync(Token);
        return [.. (await Audit(scene).ReadAsync(new(), Token)).Where(static entry => entry.Outcome != "done")];
    }
}
