using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Client.Tests.Scene;

/// <summary>A host of the same workflows in this process, with the same profile and models.</summary>
internal sealed class LocalHost : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private LocalHost(ServiceProvider services) => this.services = services;

    public static LocalHost Of(ClientScene scene)
    {
        var services = new ServiceCollection();
        services.AddWorkflows().AddOpenAI(openAI => openAI.Endpoint = scene.Models.Endpoint)
            .AddProfile(new StoredProfile { Id = "acme", Name = "acme_openai", Tenant = "acme", Provider = "openai", ApiKey = Secret.From(scene.Key), Revision = "1" });
        return new(services.BuildServiceProvider());
    }

    public TClient Get<TClient>()
        where TClient : notnull => services.GetRequiredService<TClient>();

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
