using System.Net.Http.Headers;
using System.Text;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Testing;

namespace KeyedWorkflows.Server.Tests.Ledger;

/// <summary>A host that is killed as soon as it has asked a model, whose caller asks another host under the same idempotency key.</summary>
[Collection(HeavyTests.Name)]
public sealed class KilledUnderAKeyTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheRequestIsPaidOnceAndAnsweredWithTheRunThatDied()
    {
        var directory = Directory.CreateTempSubdirectory("kw-killed-").FullName;
        await using var models = await ModelServer.StartAsync(null, Cancel);
        var gate = new ModelServerGate();
        models.When(static request => request.LastUserMessage == "First: Hello").HoldUntil(gate).Answer("It is on its way.");
        models.When(static _ => true).Answer("soon");
        try
        {
            string token;
            await using (var scene = await ServerScene.StartAsync(new() { Models = models, Directory = directory }))
            {
                await scene.AddProfileAsync("acme_openai", "acme");
                token = (await scene.Tokens.CreateAsync(new() { Name = "backend", Workflows = ["ask"], Tenants = ["acme"] }, Cancel)).Value.Reveal();
            }
            await using var host = await KilledHost.StartAsync(directory, models.Endpoint);
            await using var other = await KilledHost.StartAsync(directory, models.Endpoint);
            Assert.False((await AskAsync(host, token, "warm", null)).Headers.Contains("Idempotent-Replayed"));

            var asked = AskAsync(host, token, "Hello", "a");
            await gate.ArrivedAsync(1, Cancel);
            await host.KillAsync();
            await Assert.ThrowsAsync<HttpRequestException>(() => asked);

            using var again = await AskAsync(other, token, "Hello", "a").WaitAsync(Bound, Cancel);
            Assert.True(again.Headers.Contains("Idempotent-Replayed"));
            Assert.Contains(WorkflowErrorCodes.HostStopped, await again.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
            Assert.Single(models.Requests, static request => request.LastUserMessage == "First: Hello");
        }
        finally
        {
            gate.Open();
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<HttpResponseMessage> AskAsync(KilledHost host, string token, string text, string? key)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = host.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "workflows/run")
        {
            Content = new StringContent($$"""{"inputs":{"text":"{{text}}"},"user":"someone","credential_profile":"acme_openai"}""", Encoding.UTF8, "application/json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await http.SendAsync(request, Cancel);
    }
}
