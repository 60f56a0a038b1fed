using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using KeyedWorkflows.Hosting;
using KeyedWorkflows.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeyedWorkflows;

/// <summary>
/// Sets a host up for workflows: <c>services.AddWorkflows(w =&gt; …)</c>. One a service collection, however often it is asked for. Profiles are read from section <c>KeyedWorkflows</c> of the host's configuration, and from whatever
/// is added here. Not for use from several threads.
/// </summary>
public sealed partial class WorkflowsBuilder
{
    private readonly WorkflowRegistry registry = new();
    private readonly ServiceDescriptor configurationProfiles = ServiceDescriptor.Singleton<IProfileStore>(static all => all.GetRequiredService<ConfigurationProfileStore>());
    private InMemoryProfileStore? profiles;
    private IConfiguration? configuration;

    private WorkflowsBuilder(IServiceCollection services) => Services = services;

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The builder of a service collection. Registers what every host of workflows needs when it is first asked for.</summary>
    /// <param name="services">The host's services.</param>
    /// <returns>The builder.</returns>
    public static WorkflowsBuilder For(IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        foreach (var service in services)
        {
            if (service.ServiceType == typeof(WorkflowsBuilder) && service.ImplementationInstance is WorkflowsBuilder present)
                return present;
        }
        var builder = new WorkflowsBuilder(services);
        services.AddSingleton(builder);
        services.AddSingleton(builder.registry);
        services.TryAddSingleton(static all => new WorkflowHost(all));
        services.TryAddSingleton<WorkflowTransport>(static all => new InProcessTransport(all.GetRequiredService<WorkflowHost>()));
        services.TryAddSingleton(builder.CreateConfigurationStore);
        services.Add(builder.configurationProfiles);
        services.TryAddSingleton<IHostDefault>(static all => all.GetRequiredService<ConfigurationProfileStore>());
        ModelServices.Add(services);
        services.AddHostedService<StartCheck>();
        return builder;
    }

    /// <summary>Adds a workflow. Emitted code does this for every workflow of the assembly and of those that it references.</summary>
    /// <typeparam name="TWorkflow">The workflow's class.</typeparam>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">Another workflow has the same name.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public WorkflowsBuilder AddWorkflow<TWorkflow>()
        where TWorkflow : IWorkflowClass
    {
        registry.Add(TWorkflow.Definition);
        return this;
    }

    /// <summary>Adds the generated client of a workflow, as a singleton, by its interface and by its class. Emitted code does this.</summary>
    /// <typeparam name="TClient">The client's interface.</typeparam>
    /// <typeparam name="TImplementation">The client.</typeparam>
    /// <param name="create">Makes it.</param>
    /// <returns>This builder.</returns>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public WorkflowsBuilder AddClient<TClient, TImplementation>(Func<WorkflowTransport, TImplementation> create)
        where TClient : class
        where TImplementation : class, TClient
    {
        ArgumentNullException.ThrowIfNull(create);
        Services.TryAddSingleton<TImplementation>(all => create(all.GetRequiredService<WorkflowTransport>()));
        Services.TryAddSingleton<TClient>(static all => all.GetRequiredService<TImplementation>());
        return this;
    }

    /// <summary>Adds a family of model providers.</summary>
    /// <param name="provider">The family.</param>
    /// <returns>This builder.</returns>
    public WorkflowsBuilder AddProvider(IModelProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        Services.AddSingleton(provider);
        return this;
    }

    /// <summary>Adds a store of profiles. A name that two stores know is refused.</summary>
    /// <param name="store">The store.</param>
    /// <returns>This builder.</returns>
    public WorkflowsBuilder AddProfileStore(IProfileStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        Services.AddSingleton(store);
        return this;
    }

    /// <summary>Adds a store of profiles, which the host's services create. A name that two stores know is refused.</summary>
    /// <typeparam name="TStore">The store.</typeparam>
    /// <returns>This builder.</returns>
    public WorkflowsBuilder AddProfileStore<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TStore>()
        where TStore : class, IProfileStore
    {
        Services.TryAddSingleton<TStore>();
        Services.AddSingleton<IProfileStore>(static all => all.GetRequiredService<TStore>());
        return this;
    }

    /// <summary>Adds a profile that is kept in memory: for tests, and for hosts that read their keys elsewhere.</summary>
    /// <param name="profile">The profile.</param>
    /// <returns>This builder.</returns>
    public WorkflowsBuilder AddProfile(StoredProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        if (profiles is null)
            AddProfileStore(profiles = new InMemoryProfileStore());
        profiles.Set(profile);
        return this;
    }

    /// <summary>Reads profiles from this configuration, in the place of the host's own. The last call counts.</summary>
    /// <param name="configuration">A configuration with a section <c>KeyedWorkflows</c>.</param>
    /// <returns>This builder.</returns>
    public WorkflowsBuilder UseConfiguration(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        this.configuration = configuration;
        return this;
    }

    /// <summary>Takes the profiles of configuration for the seed of another store: runs do not use them from there any more. The host's default still holds.</summary>
    internal void UseConfigurationAsSeed() => Services.Remove(configurationProfiles);

    private ConfigurationProfileStore CreateConfigurationStore(IServiceProvider all) => new(
        configuration ?? all.GetService<IConfiguration>() ?? new ConfigurationBuilder().Build(),
        all.GetService<ILogger<ConfigurationProfileStore>>() ?? NullLogger<ConfigurationProfileStore>.Instance);
}
