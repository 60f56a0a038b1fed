using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;

[assembly: AssemblyFixture(typeof(KeyedWorkflows.Server.Tests.BadInput.BadInputScene))]

namespace KeyedWorkflows.Server.Tests.BadInput;

/// <summary>One host for all that is refused: nothing of it may have begun a run, so that they do not disturb each other.</summary>
public sealed class BadInputScene : IAsyncLifetime
{
    internal ServerScene Scene { get; private set; } = null!;

    internal TestClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Scene = await ServerScene.StartAsync(new() { Server = server => server.MaxBodyBytes = 64 * 1024 });
        await Scene.AddProfileAsync("acme_openai", "acme");
        Client = await Scene.AddTokenAsync(new TokenDraft { Name = "bad-input", Tenants = ["acme"], Workflows = ServerScene.AllWorkflows, MaySendKey = true });
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Scene.DisposeAsync();
    }

    /// <summary>Demands an envelope of this status, and that nothing came of the request nor of those before it.</summary>
    internal async Task AssertRefusedAsync(TestAnswer answer, int status, params string[] canaries)
    {
        Assert.True((int)answer.Status == status, $"{(int)answer.Status} instead of {status}: {answer.Text}");
        Security.Canary.AssertEnvelope(answer);
        await Security.Canary.AssertNothingHappenedAsync(Scene, Client, answer, canaries);
    }
}
