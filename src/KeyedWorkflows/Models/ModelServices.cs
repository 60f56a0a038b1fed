using KeyedWorkflows.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace KeyedWorkflows;

/// <summary>What a host needs to choose credentials and to call models. Stores (<see cref="IProfileStore"/>), families (<see cref="IModelProvider"/>) and the default (<see cref="IHostDefault"/>) are added by others, in any number and order.</summary>
internal static class ModelServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddOptions<ModelCallPolicyOptions>();
        services.TryAddSingleton<ICredentialAuthorizer, GrantAuthorizer>();
        services.TryAddSingleton(static _ => new ModelTransports());
        services.TryAddSingleton(static all => new ProfileStores(all.GetServices<IProfileStore>()));
        services.TryAddSingleton(static all => new ModelProviders(all.GetServices<IModelProvider>(), HostSetting.IsProduction(all.GetService<IHostEnvironment>())));
        services.TryAddSingleton(static all => new ModelClientFactory(
            all.GetRequiredService<ModelProviders>(), all.GetRequiredService<ModelTransports>(), new EmbeddingGeneratorLayers(all.GetServices<EmbeddingGeneratorLayer>(), all)));
        services.TryAddSingleton(static all => new ModelClientCache(all.GetRequiredService<ModelClientFactory>()));
        services.TryAddSingleton(static all => new ModelCallPolicy(all.GetRequiredService<IOptions<ModelCallPolicyOptions>>().Value, all.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddOptions<UsageLimitOptions>();
        services.TryAddSingleton(static all => new UsageLimiter(all.GetService<TimeProvider>() ?? TimeProvider.System, all.GetRequiredService<IOptions<UsageLimitOptions>>().Value, all.GetService<IUsageBooks>()));
        services.TryAddSingleton<IModelClients>(static all => new ModelClients(
            all.GetRequiredService<ProfileStores>().All, all.GetRequiredService<ICredentialAuthorizer>(), all.GetRequiredService<ModelClientCache>(), all.GetRequiredService<ModelCallPolicy>(),
            new ChatClientLayers(all.GetServices<ChatClientLayer>(), all), all.GetRequiredService<UsageLimiter>()));
        services.TryAddSingleton<ICredentialBinder>(static all => new CredentialBinder(
            all.GetRequiredService<ProfileStores>().All, all.GetRequiredService<ModelProviders>(), all.GetRequiredService<ICredentialAuthorizer>(), all.GetService<IHostDefault>()));
    }
}
