using KeyedWorkflows.Hosting;
using KeyedWorkflows.Server;
using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.HttpLogging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows;

/// <summary>Adds the server to a host: what <c>MapWorkflows</c> serves.</summary>
public static class ServerWorkflowsBuilderExtensions
{
    private static readonly TimeSpan TimeAfterGrace = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Serves the host's workflows over HTTP, once <see cref="WorkflowsEndpointRouteBuilderExtensions.MapWorkflows"/> says where. It needs a store (<c>AddSqliteStorage</c>, <c>AddPostgreSqlStorage</c>), which holds the tokens of those
    /// who may call: without one, nobody may.
    /// </summary>
    /// <param name="builder">The host's workflows.</param>
    /// <param name="configure">Sets the server up.</param>
    /// <returns>The builder.</returns>
    public static WorkflowsBuilder AddServer(this WorkflowsBuilder builder, Action<WorkflowServerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new WorkflowServerOptions();
        configure?.Invoke(options);
        var services = builder.Services;
        if (services.Any(static service => service.ServiceType == typeof(WorkflowServerOptions)))
            throw new InvalidOperationException($"{nameof(AddServer)} was called twice: a host has one server.");
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IRunHistory, NoHistory>();
        services.AddSingleton(static all => new RefusedUses(all.GetService<HostStorage>()?.Refusals));
        services.AddSingleton(static all => new TokenReader(
            all.GetService<ITokenStore>(), all.GetRequiredService<RefusedUses>(), all.GetRequiredService<WorkflowServerOptions>(), all.GetRequiredService<TimeProvider>()));
        services.AddSingleton<TokenLimits>();
        services.AddSingleton<ServedWorkflows>();
        services.AddSingleton(static all => new RunHub(
            all.GetRequiredService<WorkflowHost>(), all.GetRequiredService<IRunHistory>(), all.GetRequiredService<WorkflowServerOptions>(), all.GetRequiredService<RefusedUses>(), all.GetRequiredService<ILogger<RunHub>>(),
            all.GetService<HostStorage>()?.Fingerprints));
        services.AddSingleton<StoredRuns>();
        services.AddSingleton<UnloggedBodies>();
        services.AddSingleton<IHttpLoggingInterceptor>(static all => all.GetRequiredService<UnloggedBodies>());
        services.AddSingleton(static all => new StoreHealth(all.GetRequiredService<TimeProvider>(), all.GetRequiredService<IRunHistory>(), all.GetService<ITokenStore>()));
        services.TryAddKeyedSingleton(FetchUse.Files, static (_, _) => new Fetcher(new FetchHandler()));
        services.TryAddKeyedSingleton(FetchUse.Callbacks, static (_, _) => new Fetcher(new FetchHandler()));
        services.TryAddKeyedSingleton(FetchUse.Operator, static (_, _) => new Fetcher(ModelTransport.CreateConnections()));
        if (options.BudgetWebhook is not null)
            services.AddSingleton<IBudgetNotices, BudgetWebhook>();
        services.AddSingleton(static all => new IncomingFiles(all.GetService<IUploads>(), all.GetRequiredKeyedService<Fetcher>(FetchUse.Files), all.GetRequiredService<WorkflowServerOptions>()));
        AddEndpoints(services);
        AdministrationServices.Add(services);
        services.AddHostedService(static all => new ServerStartCheck(
            all.GetRequiredService<WorkflowServerOptions>(), all.GetRequiredService<Microsoft.Extensions.Options.IOptions<HostOptions>>(), all.GetRequiredService<UnloggedBodies>(), all.GetRequiredService<WorkflowRegistry>(),
            all.GetRequiredService<ModelProviders>(), all.GetRequiredService<ILogger<ServerStartCheck>>(), all.GetService<ITokenStore>()));
        services.AddHostedService<RunLifetime>();

        // The store may be added after the server.
        services.AddHostedService(static all => new CallbackDelivery(
            all.GetService<ICallbackOutbox>(), all.GetService<ITokenStore>(), all.GetRequiredKeyedService<Fetcher>(FetchUse.Callbacks), all.GetRequiredKeyedService<Fetcher>(FetchUse.Operator),
            all.GetRequiredService<WorkflowServerOptions>(), all.GetRequiredService<TimeProvider>(),
            all.GetRequiredService<ILogger<CallbackDelivery>>()));

        // The host must not cut off what it gave a grace to.
        services.PostConfigure<HostOptions>(host =>
        {
            if (host.ShutdownTimeout < options.ShutdownGrace + TimeAfterGrace)
                host.ShutdownTimeout = options.ShutdownGrace + TimeAfterGrace;
        });
        return builder;
    }

    private static void AddEndpoints(IServiceCollection services)
    {
        services.AddSingleton<ApiGate>();
        services.AddSingleton(static all => new RunEndpoint(
            all.GetRequiredService<ServedWorkflows>(), all.GetRequiredService<TokenLimits>(), all.GetRequiredService<RunHub>(), all.GetRequiredService<StoredRuns>(), all.GetRequiredService<IncomingFiles>(),
            all.GetService<IIdempotencyKeys>(), all.GetRequiredService<WorkflowServerOptions>(), all.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ExplainEndpoint>();
        services.AddSingleton<RunDetailEndpoint>();
        services.AddSingleton<StopEndpoint>();
        services.AddSingleton<EventsEndpoint>();
        services.AddSingleton<LogsEndpoint>();
        services.AddSingleton<WorkflowsEndpoint>();
        services.AddSingleton<HealthEndpoint>();
        services.AddSingleton<UploadPlaces>();
        services.AddSingleton(static all => new FilesEndpoint(
            all.GetService<IUploads>(), all.GetRequiredService<TokenLimits>(), all.GetRequiredService<UploadPlaces>(), all.GetRequiredService<TimeProvider>(), all.GetRequiredService<WorkflowServerOptions>()));
    }
}
