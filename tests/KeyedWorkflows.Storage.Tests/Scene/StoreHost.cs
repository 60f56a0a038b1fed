using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>A host with an encrypted store and one workflow. Several on one directory stand for several processes: they share no state but the files.</summary>
internal sealed class StoreHost : IDisposable
{
    private readonly ServiceProvider services;

    public StoreHost(
        StoreDirectory directory,
        Action<StorageOptions>? configure = null,
        string environment = "Production",
        IReadOnlyDictionary<string, string?>? configuration = null,
        ICredentialAuthorizer? authorizer = null,
        TimeProvider? clock = null,
        params ISecretVault[] vaults)
    {
        var all = new ServiceCollection();
        all.AddSingleton(clock ?? Time);
        all.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        all.AddSingleton<IHostEnvironment>(new HostEnvironment(environment));
        foreach (var vault in vaults)
            all.AddSingleton(vault);
        if (authorizer is not null)
            all.AddSingleton(authorizer);
        void Set(StorageOptions options)
        {
            directory.Protected(options);
            configure?.Invoke(options);
        }
        all.AddWorkflows(workflows =>
        {
            workflows.AddProvider(Provider).UseConfiguration(new ConfigurationBuilder().AddInMemoryCollection(configuration ?? new Dictionary<string, string?>()).Build());
            if (directory.ConnectionString is { } database)
                workflows.AddPostgreSqlStorage(database, Set);
            else
                workflows.AddSqliteStorage(Set);
        });
        services = all.BuildServiceProvider();
        try
        {
            foreach (var hosted in services.GetServices<IHostedService>())
                hosted.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
        }
        catch
        {
            services.Dispose();
            throw;
        }
    }

    public StoreTime Time { get; } = new();

    public StoreLog Log { get; } = new();

    public RecordingProvider Provider { get; } = new();

    public ProfileAdministration Profiles => services.GetRequiredService<ProfileAdministration>();

    public TokenAdministration Tokens => services.GetRequiredService<TokenAdministration>();

    public AdministratorTokens Administrators => services.GetRequiredService<AdministratorTokens>();

    public TenantAdministration Tenants => services.GetRequiredService<TenantAdministration>();

    public ITokenStore TokenStore => services.GetRequiredService<ITokenStore>();

    public AuditLog Audit => services.GetRequiredService<AuditLog>();

    public UsageBooks Books => (UsageBooks)services.GetRequiredService<IUsageBooks>();

    public UsageLedger Usage => services.GetRequiredService<UsageLedger>();

    public IRunHistory Runs => services.GetRequiredService<IRunHistory>();

    public IIdempotencyKeys IdempotencyKeys => services.GetRequiredService<IIdempotencyKeys>();

    public IUploads Uploads => services.GetRequiredService<IUploads>();

    public ICallbackOutbox Callbacks => services.GetRequiredService<ICallbackOutbox>();

    public HostNode Node => services.GetRequiredService<HostNode>();

    public Retention Retention => services.GetRequiredService<Retention>();

    public HistoryWriter Writer => services.GetRequiredService<HistoryWriter>();

    public IProfileStore Store => services.GetRequiredService<EncryptedProfileStore>();

    public HostStorage Storage => services.GetRequiredService<HostStorage>();

    public IAskClient Ask => services.GetRequiredService<IAskClient>();

    public IAskTwiceClient AskTwice => services.GetRequiredService<IAskTwiceClient>();

    public Task<StoredProfile?> FindAsync(string name) => Store.FindByNameAsync(name, TestContext.Current.CancellationToken).AsTask();

    public Task<StoredProfile?> FindByIdAsync(string id) => Store.FindByIdAsync(id, TestContext.Current.CancellationToken).AsTask();

    /// <summary>Runs the workflow under a profile, and says which key paid.</summary>
    public async Task<Secret> RunAsync(string profile)
    {
        await Ask.RunAsync(new Question("Who pays?"), profile, TestContext.Current.CancellationToken);
        return Provider.Paid.Last();
    }

    public async Task<string> RefusalOfRunAsync(string profile) => (await Assert.ThrowsAsync<WorkflowRunException>(() => RunAsync(profile))).Code;

    /// <summary>Creates so many profiles, which the audit has an entry each of.</summary>
    public async Task FillAuditAsync(int count, string name = "p")
    {
        for (var i = 0; i < count; i++)
            await Profiles.CreateAsync(Draft($"{name}{i}"), TestContext.Current.CancellationToken);
    }

    /// <summary>The audit is not whole from an entry on, and says so.</summary>
    public async Task AssertAuditBrokenAsync(AuditFault fault, long first)
    {
        var verified = await Audit.VerifyAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((fault, first), (verified.Fault, verified.FirstBroken));
        Assert.False(verified.IsIntact);
        Assert.Contains(first.ToString(CultureInfo.InvariantCulture), verified.Message, StringComparison.Ordinal);
    }

    /// <summary>Lets the store hear of what others wrote.</summary>
    public void Listen() => Time.Listen();

    /// <summary>Stops as a host does: first all that serves, then what was reported is written.</summary>
    public async Task StopAsync()
    {
        foreach (var hosted in services.GetServices<IHostedService>().Reverse())
            await hosted.StopAsync(TestContext.Current.CancellationToken);
        foreach (var hosted in services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
            await hosted.StoppedAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose() => services.Dispose();

    public static string NewKey() => "key-" + Guid.NewGuid().ToString("N");

    public static ProfileDraft Draft(string name, string? key = null, string? tenant = "acme", string? endpoint = null) => new()
    {
        Name = name,
        Tenant = tenant,
        Provider = RecordingProvider.Family,
        ApiKey = Secret.From(key ?? NewKey()),
        Endpoint = endpoint is null ? null : new Uri(endpoint),
        Model = "model-1",
    };
}
