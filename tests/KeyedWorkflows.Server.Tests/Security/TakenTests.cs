using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Server.Tests.Workflows;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Security;

/// <summary>What is taken from a token holds in its runs that go on, too; what was never granted is not shown to anybody's code.</summary>
public sealed class TakenTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GrantTakenDuringARunStopsItsNextCall(bool byKey)
    {
        await using var scene = await ServerScene.StartAsync();
        var key = ServerScene.NewKey();
        scene.Models.Keys.Add(key);
        await scene.AddProfileAsync("acme_openai", "acme");
        var gate = new ModelServerGate();
        scene.Models.When(request => request.LastUserMessage.StartsWith("Begin", StringComparison.Ordinal)).HoldUntil(gate).Answer("begun");
        scene.Models.When(_ => true).Answer("more");
        var draft = new TokenDraft { Name = "taken", Workflows = ["story"], Tenants = ["acme", "other"], MaySendKey = true };
        using var client = await scene.AddTokenAsync(draft);
        var run = client.RunAsync(new() { ["about"] = "a fox" }, body => body[byKey ? "api_key" : "credential_tenant"] = byKey ? key : "acme");
        await gate.ArrivedAsync(1, Token);

        await scene.Tokens.ReplaceAsync(client.Token.Token.Id, draft with { Tenants = ["other"], MaySendKey = false }, cancellationToken: Token);
        gate.Open();

        (await run).AssertError(400, "provider_not_initialize");
        Assert.Single(scene.Models.Requests);
    }

    [Fact]
    public async Task ChooserIsShownNoTenantThatTheTokenMayNotName()
    {
        var seen = new SeenTenants();
        await using var scene = await ServerScene.StartAsync(new() { Services = services => services.AddSingleton(seen) });
        await scene.AddProfileAsync("acme_openai", "acme");
        scene.Models.Answer("ok");
        using var client = await scene.AddTokenAsync("acme", "peeking");

        foreach (var path in (string[])["workflows/explain", "workflows/run"])
            await client.RunAsync(new() { ["text"] = "acme_openai" }, static body => body["options"] = new JsonObject { ["tenant"] = "other" }, path);
        (await client.RunAsync(new() { ["text"] = "acme_openai" }, static body => body["options"] = new JsonObject { ["tenant"] = "acme" })).AssertSucceeded();

        Assert.Equal(["none", "none", "acme"], seen);
    }

    [Fact]
    public async Task EmptyCredentialsAreNotNone()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("house", "acme");
        using var client = await scene.AddTokenAsync("acme", "chosen");

        (await client.RunAsync(new() { ["text"] = "Hello" }, static body => body["credentials"] = new JsonObject())).AssertError(400, "invalid_param");
        Assert.Empty(scene.Models.Requests);
    }

    [Fact]
    public async Task WordsOfTheHostsOwnCodeAreNotToldToCallers()
    {
        await using var scene = await ServerScene.StartAsync(new()
        {
            Services = static services => services.AddSingleton<SeenTenants>(static _ => throw new InvalidOperationException("Host=db.internal;Password=of-the-host")),
        });
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "peeking");

        var answer = await client.RunAsync(new() { ["text"] = "acme_openai" });

        Assert.DoesNotContain("of-the-host", answer.Text + (await client.GetAsync("workflows/logs")).Text + scene.Logs.Text, StringComparison.Ordinal);
    }
}
