using KeyedWorkflows.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeyedWorkflows;

/// <summary>Adds the encrypted store of profiles to a host.</summary>
public static class SqliteProfilesWorkflowsBuilderExtensions
{
    /// <summary>
    /// Keeps profiles in a SQLite database, their keys encrypted under a key ring apart from it, and adds <see cref="ProfileAdministration"/>. The store is opened when the host starts: one that would protect
    /// nothing refuses the start with an <see cref="InvalidOperationException"/> that says what to set.
    /// </summary>
    /// <param name="builder">The host's workflows.</param>
    /// <param name="configure">Sets where database and key ring lie, and what wraps the ring.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The store was added before: there is one a host.</exception>
    public static WorkflowsBuilder AddSqliteProfiles(this WorkflowsBuilder builder, Action<ProfileStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        if (builder.Services.Any(service => service.ServiceType == typeof(ProfileStorage)))
            throw new InvalidOperationException($"{nameof(AddSqliteProfiles)} was called twice: a host has one encrypted store.");
        var options = new ProfileStorageOptions();
        configure(options);
        if (options.SeedFromConfiguration)
            builder.UseConfigurationAsSeed();
        builder.Services.AddSingleton(all => new ProfileStorage(
            options,
            all.GetService<IHostEnvironment>(),
            all.GetService<TimeProvider>() ?? TimeProvider.System,
            all.GetService<ILogger<ProfileStorage>>() ?? NullLogger<ProfileStorage>.Instance,
            options.SeedFromConfiguration ? all.GetRequiredService<ConfigurationProfileStore>().Profiles : []));
        builder.Services.TryAddSingleton(static all => new ProfileAdministration(all.GetRequiredService<ProfileStorage>(), all.GetServices<IProfileStore>()));
        return builder.AddProfileStore<EncryptedProfileStore>();
    }
}
