using KeyedWorkflows.Runtime;
using KeyedWorkflows.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeyedWorkflows;

/// <summary>Adds the store to a host: profiles and tokens, encrypted, and the history of runs.</summary>
public static class StorageWorkflowsBuilderExtensions
{
    /// <summary>
    /// Keeps profiles, tokens and runs in SQLite, keys encrypted under a key ring apart from it, and adds <see cref="ProfileAdministration"/> and <see cref="TokenAdministration"/>. The store is opened when the host starts:
    /// one that would protect nothing refuses the start with an <see cref="InvalidOperationException"/> that says what to set. In Development nothing has to be set.
    /// </summary>
    /// <param name="builder">The host's workflows.</param>
    /// <param name="configure">Sets where database and key ring lie, and what wraps the ring.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">A store was added before: there is one a host.</exception>
    public static WorkflowsBuilder AddSqliteStorage(this WorkflowsBuilder builder, Action<StorageOptions>? configure = null) =>
        Add(builder, configure, isFile: true, static (layout, options) => new SqliteStorageDatabase(layout.Database!, options.RunsOutlivePower));

    /// <summary>
    /// Keeps profiles, tokens and runs in a database of PostgreSQL, which several nodes may share: all of them with one key ring. Otherwise as <see cref="AddSqliteStorage"/>. The database is there already; its tables are made,
    /// and brought to the newest version, when the host starts.
    /// </summary>
    /// <param name="builder">The host's workflows.</param>
    /// <param name="connectionString">Which database, as Npgsql reads it. It is logged nowhere.</param>
    /// <param name="configure">Sets where the key ring lies, and what wraps it.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">A store was added before: there is one a host.</exception>
    public static WorkflowsBuilder AddPostgreSqlStorage(this WorkflowsBuilder builder, string connectionString, Action<StorageOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        return Add(builder, configure, isFile: false, (_, options) => new PostgreSqlStorageDatabase(connectionString, options.CallJournalDirectory));
    }

    private static WorkflowsBuilder Add(WorkflowsBuilder builder, Action<StorageOptions>? configure, bool isFile, Func<StorageLayout, StorageOptions, IStorageDatabase> open)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.Any(service => service.ServiceType == typeof(HostStorage)))
            throw new InvalidOperationException("A store was added before: a host has one.");
        var options = new StorageOptions();
        configure?.Invoke(options);
        if (options.SeedFromConfiguration)
            builder.UseConfigurationAsSeed();
        var services = builder.Services;
        services.AddSingleton(all => new HostStorage(
            options,
            all.GetService<IHostEnvironment>(),
            isFile,
            layout => open(layout, options),
            TimeOf(all),
            LoggerOf<HostStorage>(all),
            options.SeedFromConfiguration ? all.GetRequiredService<ConfigurationProfileStore>().Profiles : [],
            all.GetServices<ISecretVault>()));
        services.TryAddSingleton(static all => new ProfileAdministration(all.GetRequiredService<HostStorage>(), all.GetServices<IProfileStore>()));
        services.TryAddSingleton(static all => new TokenAdministration(all.GetRequiredService<HostStorage>(), TimeOf(all)));
        services.TryAddSingleton(static all => new AdministratorTokens(all.GetRequiredService<HostStorage>(), TimeOf(all)));
        services.AddSingleton<ITokenStore>(static all => new EncryptedTokenStore(all.GetRequiredService<HostStorage>(), TimeOf(all), LoggerOf<EncryptedTokenStore>(all)));
        services.TryAddSingleton(static all => new AuditLog(all.GetRequiredService<HostStorage>()));
        services.AddSingleton(static all => new HistoryWriter(all.GetRequiredService<HostStorage>().Database, TimeOf(all), LoggerOf<HistoryWriter>(all)));
        services.AddSingleton(static all => new HostNode(all.GetRequiredService<HostStorage>().Database, all.GetRequiredService<HistoryWriter>(), TimeOf(all), LoggerOf<HostNode>(all)));
        services.AddSingleton(all => new PriceTable([.. options.Prices, .. ConfiguredPrices.Read(all.GetService<IConfiguration>())]));
        services.AddSingleton<IRunHistory>(static all => new RunHistory(
            all.GetRequiredService<HostStorage>().Database, all.GetRequiredService<HistoryWriter>(), all.GetRequiredService<HostNode>(), all.GetRequiredService<PriceTable>(), all.GetRequiredService<HostStorage>().Journals));
        services.AddSingleton(static all => new OperatorRuns(all.GetRequiredService<HostStorage>().Database));
        services.TryAddSingleton(static all => new UsageLedger(all.GetRequiredService<HostStorage>().Database, all.GetRequiredService<IRunHistory>()));
        services.AddSingleton<ICallBooks>(static all => new HostCalls(
            all.GetRequiredService<HistoryWriter>(), all.GetRequiredService<HostStorage>().Journals, all.GetRequiredService<PriceTable>(), LoggerOf<HostCalls>(all)));
        services.TryAddSingleton<IBudgetNotices, NoNotices>();
        services.AddSingleton<IUsageBooks>(static all => new UsageBooks(
            all.GetRequiredService<PriceTable>(), all.GetRequiredService<HistoryWriter>(), all.GetRequiredService<IBudgetNotices>(), LoggerOf<UsageBooks>(all)));
        services.TryAddSingleton(static all => new TenantAdministration(
            all.GetRequiredService<HostStorage>(), all.GetRequiredService<TokenAdministration>(), all.GetRequiredService<UsageLedger>(),
            new TenantContents(all.GetRequiredService<HostStorage>().Database, all.GetRequiredService<HistoryWriter>(), all.GetRequiredService<CallRecovery>(), TimeOf(all))));
        services.AddSingleton<IIdempotencyKeys>(static all => new IdempotencyKeys(all.GetRequiredService<HistoryWriter>(), all.GetRequiredService<HostStorage>().HostKeys[HostKeys.Idempotency], TimeOf(all)));
        services.AddSingleton<IUploads>(static all => new Uploads(all.GetRequiredService<HostStorage>().Database, all.GetRequiredService<HistoryWriter>()));
        services.AddSingleton<ICallbackOutbox>(static all => new CallbackOutbox(all.GetRequiredService<HistoryWriter>(), TimeOf(all)));
        services.AddSingleton(all => new Retention(options, all.GetRequiredService<HistoryWriter>(), TimeOf(all), LoggerOf<Retention>(all)));
        services.AddSingleton(static all => new CallRecovery(
            all.GetRequiredService<HostStorage>().Database.Journals, all.GetRequiredService<HistoryWriter>(), all.GetRequiredService<PriceTable>(), TimeOf(all), LoggerOf<CallRecovery>(all)));
        services.AddHostedService(static all => new StorageService(
            all.GetRequiredService<HostStorage>(), all.GetRequiredService<CallRecovery>(), all.GetRequiredService<HistoryWriter>(), all.GetRequiredService<HostNode>(), all.GetRequiredService<Retention>()));
        return builder.AddProfileStore<EncryptedProfileStore>();
    }

    private static TimeProvider TimeOf(IServiceProvider all) => all.GetService<TimeProvider>() ?? TimeProvider.System;

    private static ILogger<T> LoggerOf<T>(IServiceProvider all) => all.GetService<ILogger<T>>() ?? NullLogger<T>.Instance;
}
