using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.EndToEnd.Tests.Language;

/// <summary>
/// A host as a user sets it up, with <c>AddWorkflows().AddOpenAI()</c>, in front of a model server on loopback. It has the profiles <c>acme</c> and <c>bravo</c>, each of the tenant of that name and with a key of its own.
/// </summary>
internal sealed class ServiceDesk : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private ServiceDesk(ModelServer server, Action<WorkflowsBuilder>? configure)
    {
        Server = server;
        server.Keys.Add(AcmeKey);
        server.Keys.Add(BravoKey);
        var collection = new ServiceCollection();
        collection.Configure<ModelCallPolicyOptions>(static options => options.FirstDelay = TimeSpan.Zero);
        var builder = collection.AddWorkflows().AddOpenAI(options => options.Endpoint = server.Endpoint)
            .AddProfile(Profile("acme", AcmeKey))
            .AddProfile(Profile("bravo", BravoKey));
        configure?.Invoke(builder);
        services = collection.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
    }

    public ModelServer Server { get; }

    public IServiceProvider Services => services;

    public string AcmeKey { get; } = NewKey();

    public string BravoKey { get; } = NewKey();

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static string NewKey() => "key-" + Guid.NewGuid().ToString("N");

    public static async Task<ServiceDesk> OpenAsync(Action<WorkflowsBuilder>? configure = null) => new(await ModelServer.StartAsync(static _ => { }, Ct), configure);

    public static StoredProfile Profile(string name, string key) => new()
    {
        Id = "id-" + name,
        Name = name,
        Tenant = name,
        Provider = "openai",
        ApiKey = Secret.From(key),
        Revision = "",
    };

    /// <summary>The generated client of a workflow.</summary>
    public T Client<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>Says that no request came in, under whatever key.</summary>
    public void AssertNoModelCall() => Assert.Empty(Server.Requests);

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Server.DisposeAsync();
    }
}
