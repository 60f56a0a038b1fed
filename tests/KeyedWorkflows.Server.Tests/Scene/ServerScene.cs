using System.Net;
using System.Net.Http.Headers;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Server.Tests.Scene;

/// <summary>A host with the workflows of the tests, on a free port of loopback, with a store of its own and a model server behind it.</summary>
internal sealed class ServerScene : IAsyncDisposable
{
    public static readonly string[] AllWorkflows = ["desk", "keyed", "chosen", "two-slots", "story", "reader", "filed", "tooled"];

    private readonly bool ownsModels;
    private readonly bool ownsDirectory;
    private readonly WebApplication app;

    private ServerScene(WebApplication app, ModelServer models, bool ownsModels, string directory, bool ownsDirectory, LogSink logs)
    {
        this.app = app;
        Models = models;
        this.ownsModels = ownsModels;
        Directory = directory;
        this.ownsDirectory = ownsDirectory;
        Logs = logs;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/v1/");
    }

    public Uri Address { get; }

    public ModelServer Models { get; }

    public string Directory { get; }

    public LogSink Logs { get; }

    public IServiceProvider Services => app.Services;

    public ProfileAdministration Profiles => Services.GetRequiredService<ProfileAdministration>();

    public TokenAdministration Tokens => Services.GetRequiredService<TokenAdministration>();

    public static async Task<ServerScene> StartAsync(ServerSceneOptions? options = null)
    {
        options ??= new();
        var models = options.Models ?? await ModelServer.StartAsync();
        var directory = options.Directory ?? System.IO.Directory.CreateTempSubdirectory("kw-server-").FullName;
        var logs = new LogSink();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = directory, EnvironmentName = options.Environment });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        builder.Logging.AddProvider(logs).SetMinimumLevel(LogLevel.Trace);
        var workflows = builder.Services.AddWorkflows().AddOpenAI(openAI => openAI.Endpoint = models.Endpoint);
        if (options.Store)
            options.AddStore(workflows, storage => options.Storage?.Invoke(storage));
        workflows.AddServer(server =>
        {
            server.ShutdownGrace = TimeSpan.FromSeconds(5);
            options.Server?.Invoke(server);
        });
        options.Services?.Invoke(builder.Services);
        var app = builder.Build();
        options.App?.Invoke(app);
        app.MapWorkflows();
        await app.StartAsync();
        return new ServerScene(app, models, options.Models is null, directory, options.Directory is null, logs);
    }

    /// <summary>Stores a profile under a key that the model server knows.</summary>
    public async Task<ProfileListing> AddProfileAsync(string name, string? tenant, string? key = null)
    {
        key ??= NewKey();
        Models.Keys.Add(key);
        return await Profiles.CreateAsync(new() { Name = name, Tenant = tenant, Provider = "openai", ApiKey = Secret.From(key) });
    }

    /// <summary>Makes a token for a tenant's profiles.</summary>
    public async Task<TestClient> AddTokenAsync(string tenant, params string[] workflows) =>
        await AddTokenAsync(new TokenDraft { Name = "token-" + Guid.NewGuid().ToString("N"), Tenants = [tenant], Workflows = workflows.Length == 0 ? ["desk"] : workflows });

    public async Task<TestClient> AddTokenAsync(TokenDraft draft)
    {
        var made = await Tokens.CreateAsync(draft);
        return Client(made);
    }

    public TestClient Client(CreatedToken token) => new(Address, token);

    /// <summary>A client that sends what it is told.</summary>
    public HttpClient Anyone(string? token = null)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = Address };
        if (token is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    public Task StopAsync() => app.StopAsync(TestContext.Current.CancellationToken);

    public Task StopInHurryAsync(CancellationToken hurry) => app.StopAsync(hurry);

    public static string NewKey() => "test-" + Guid.NewGuid().ToString("N");

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        if (ownsModels)
            await Models.DisposeAsync();
        if (ownsDirectory)
            System.IO.Directory.Delete(Directory, recursive: true);
    }
}
