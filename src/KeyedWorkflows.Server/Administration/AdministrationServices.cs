using KeyedWorkflows.Hosting;
using KeyedWorkflows.Runtime;
using KeyedWorkflows.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace KeyedWorkflows.Server;

/// <summary>What the administration API is made of. It is made where the API is mapped, and only then.</summary>
internal static class AdministrationServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton(static all => new AdministratorReader(all.GetService<AdministratorTokens>(), all.GetRequiredService<RefusedUses>(), all.GetRequiredService<WorkflowServerOptions>()));
        services.AddSingleton<AdministrationGate>();
        services.AddSingleton(static all => new Operators(
            all.GetRequiredService<ProfileAdministration>(), all.GetRequiredService<TokenAdministration>(), all.GetRequiredService<TenantAdministration>(), all.GetRequiredService<AdministratorTokens>()));
        services.AddSingleton(static all => new KeyTrials(
            all.GetRequiredService<ModelProviders>(), all.GetRequiredService<ModelClientFactory>(), all.GetRequiredService<WorkflowRegistry>(), all.GetRequiredService<TimeProvider>()));
        services.AddSingleton(static all => new TenantCheck(all.GetRequiredService<WorkflowRegistry>(), all.GetRequiredService<ICredentialBinder>(), all.GetRequiredService<ProfileStores>()));
        services.AddSingleton<ProfilesEndpoint>();
        services.AddSingleton<TransferEndpoint>();
        services.AddSingleton<TokensEndpoint>();
        services.AddSingleton<TenantsEndpoint>();
        services.AddSingleton(static all => new UsageEndpoint(all.GetRequiredService<UsageLedger>(), all.GetRequiredService<TimeProvider>()));
        services.AddSingleton(static all => new LimitsEndpoint(
            all.GetRequiredService<Operators>(), all.GetRequiredService<UsageLedger>(), all.GetRequiredService<IOptions<UsageLimitOptions>>().Value, all.GetRequiredService<TimeProvider>()));
        services.AddSingleton(static all => new AuditEndpoint(all.GetRequiredService<AuditLog>()));
        services.AddSingleton(static all => new RunsEndpoint(all.GetRequiredService<OperatorRuns>(), all.GetRequiredService<IRunHistory>()));
        services.AddSingleton<AdministratorsEndpoint>();
    }
}
