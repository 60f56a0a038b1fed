using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Cli.Tests.Scene;

/// <summary>A host of the tests' workflow on an operator's store, as it runs in production, with a model server behind it.</summary>
internal sealed class DeskHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly bool ownsModels;

    private DeskHost(WebApplication app, ModelServer models, bool ownsModels)
    {
        this.app = app;
        this.ownsModels = ownsModels;
        Models = models;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/v1/");
    }

    public ModelServer Models { get; }

    public Uri Address { get; }

    public ProfileAdministration Profiles => app.Services.GetRequiredService<ProfileAdministration>();

    public TokenAdministration Tokens => app.Services.GetRequiredService<TokenAdministration>();

    /// <param name="of">Whose store it serves.</param>
    /// <param name="models">The provider; null for one of its own.</param>
    /// <param name="database">Where the store lies in PostgreSQL; null for files.</param>
    public static async Task<DeskHost> StartAsync(Operator of, ModelServer? models = null, string? database = null)
    {
        var own = models is null;
        models ??= await ModelServer.StartAsync();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = of.Root, EnvironmentName = "Production" });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        builder.Logging.ClearProviders();
        void Set(StorageOptions storage)
        {
            storage.DatabasePath = of.Database;
            storage.KeyRingPath = of.PathOf("store/ring");
            storage.KeyEncryptionKeyFile = of.RingKeyFile;
        }
        var workflows = builder.Services.AddWorkflows().AddOpenAI(openAI => openAI.Endpoint = models.Endpoint);
        workflows = database is null ? workflows.AddSqliteStorage(Set) : workflows.AddPostgreSqlStorage(database, Set);
        workflows.AddServer(static server => server.ShutdownGrace = TimeSpan.FromSeconds(5));
        var app = builder.Build();
        app.MapWorkflows();
        app.MapWorkflowsAdministration();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new DeskHost(app, models, own);
    }

    /// <summary>Runs the workflow with a token.</summary>
    /// <returns>The status of the answer, and the answer.</returns>
    public async Task<(int Status, JsonNode Answer)> AskAsync(string token, string question = "Where is my order?")
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.PostAsJsonAsync("workflows/run", new { inputs = new { question }, user = "ada" }, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!);
    }

    /// <summary>Runs it until that ends as it is expected to: what others wrote is heard of within a second. Each run is waited for, and is the only pause.</summary>
    public async Task<JsonNode> AskUntilAsync(string token, Func<int, JsonNode, bool> isExpected)
    {
        var until = DateTime.UtcNow.AddSeconds(20);
        while (true)
        {
            var (status, answer) = await AskAsync(token);
            if (isExpected(status, answer))
                return answer;
            Assert.True(DateTime.UtcNow < until, answer.ToJsonString());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        if (ownsModels)
            await Models.DisposeAsync();
    }
}
