using KeyedWorkflows.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace KeyedWorkflows.Cli.Stores;

/// <summary>
/// The store of a host on this machine, opened beside it: the same files or database, and the same key ring. What is written here holds in the host within a second, and the other way round.
/// </summary>
internal sealed class LocalStore : IOperatorStore
{
    private readonly ServiceProvider services;

    private LocalStore(ServiceProvider services, AuditActor actor)
    {
        this.services = services;
        Profiles = services.GetRequiredService<ProfileAdministration>().As(actor);
        Tokens = services.GetRequiredService<TokenAdministration>().As(actor);
    }

    private ProfileAdministration Profiles { get; }

    private TokenAdministration Tokens { get; }

    private AuditLog Audit => services.GetRequiredService<AuditLog>();

    /// <summary>Opens a store.</summary>
    /// <param name="settings">Which.</param>
    /// <param name="make">Whether one that is not there is made; else that is said.</param>
    /// <param name="openAI">Where keys of the OpenAI family are tried whose profile names no endpoint; null for OpenAI.</param>
    /// <exception cref="CommandFault">There is none, or it would protect nothing.</exception>
    public static LocalStore Open(StoreSettings settings, bool make, Uri? openAI = null)
    {
        if (!make && settings.ConnectionString is null && !File.Exists(settings.Database))
        {
            throw CommandFault.NotFound(
                $"There is no store in '{settings.Directory}'. Name its directory with --store or the variable {StoreSettings.StoreVariable}. The first profile or token that is added makes one.");
        }
        ServiceProvider? services = null;
        try
        {
            services = Services(settings, openAI);
            _ = services.GetRequiredService<HostStorage>();
            return new LocalStore(services, new AuditActor("operator", settings.Operator, address: Environment.MachineName));
        }
        catch (InvalidOperationException refusal)
        {
            // The store's own sentence; options of it are options here.
            services?.Dispose();
            throw CommandFault.Unavailable(InOptions(refusal.Message));
        }
        catch
        {
            services?.Dispose();
            throw;
        }
    }

    public Task<IReadOnlyList<ProfileListing>> ListProfilesAsync(string? tenant, CancellationToken cancellationToken) => Profiles.ListAsync(tenant, cancellationToken);

    public async Task<ProfileListing?> FindProfileAsync(string nameOrId, CancellationToken cancellationToken) =>
        await Profiles.FindByNameAsync(nameOrId, cancellationToken) ?? await Profiles.FindByIdAsync(nameOrId, cancellationToken);

    public Task<ProfileListing> CreateProfileAsync(ProfileDraft draft, CancellationToken cancellationToken) => Profiles.CreateAsync(draft, cancellationToken);

    public Task<ProfileListing> ReplaceProfileAsync(string id, ProfileDraft draft, string expectedRevision, CancellationToken cancellationToken) => Profiles.ReplaceAsync(id, draft, expectedRevision, cancellationToken);

    public Task<ProfileListing> RotateKeyAsync(string id, Secret key, CancellationToken cancellationToken) => Profiles.RotateKeyAsync(id, key, cancellationToken);

    public Task<ProfileListing> SetProfileEnabledAsync(string id, bool enabled, CancellationToken cancellationToken) => Profiles.SetEnabledAsync(id, enabled, cancellationToken);

    public Task<bool> DeleteProfileAsync(string id, CancellationToken cancellationToken) => Profiles.DeleteAsync(id, cancellationToken);

    public async Task<ProfileTrial> TryProfileAsync(string id, Secret? key, string? model, CancellationToken cancellationToken)
    {
        var profile = await services.GetRequiredService<EncryptedProfileStore>().FindByIdAsync(id, cancellationToken) ?? throw CommandFault.NotFound("There is no such profile any more.");
        if (profile.Fault is { } fault)
            throw CommandFault.Unavailable(fault.Message);
        return await new ProfileTrier(services.GetRequiredService<ModelProviders>(), services.GetRequiredService<ModelTransports>()).TryAsync(key is null ? profile : profile with { ApiKey = key }, model, cancellationToken);
    }

    public Task<string> ExportProfilesAsync(CancellationToken cancellationToken) => Profiles.ExportAsync(cancellationToken);

    public Task<ProfileImportResult> ImportProfilesAsync(string json, CancellationToken cancellationToken) => Profiles.ImportAsync(json, cancellationToken);

    public Task<IReadOnlyList<AccessToken>> ListTokensAsync(CancellationToken cancellationToken) => Tokens.ListAsync(cancellationToken);

    public Task<CreatedToken> CreateTokenAsync(TokenDraft draft, CancellationToken cancellationToken) => Tokens.CreateAsync(draft, cancellationToken);

    public Task<AccessToken> ReplaceTokenAsync(string id, TokenDraft draft, string expectedRevision, CancellationToken cancellationToken) => Tokens.ReplaceAsync(id, draft, expectedRevision, cancellationToken);

    public Task<AccessToken> SetTokenEnabledAsync(string id, bool enabled, CancellationToken cancellationToken) => Tokens.SetEnabledAsync(id, enabled, cancellationToken);

    public Task<bool> RevokeTokenAsync(string id, CancellationToken cancellationToken) => Tokens.RevokeAsync(id, cancellationToken);

    public Task<UsageReport> ReadUsageAsync(UsageQuery query, CancellationToken cancellationToken) => services.GetRequiredService<UsageLedger>().ReadAsync(query, cancellationToken);

    public async Task<RunList> ListRunsAsync(RunQuery query, CancellationToken cancellationToken)
    {
        var filter = new RunFilter { Limit = query.Limit, Workflow = query.Workflow, Status = query.Status, After = query.After, Before = query.Before };
        var page = await services.GetRequiredService<OperatorRuns>().ListAsync(filter, query.Tenant, cancellationToken);
        return new RunList(page.Runs, page.Total);
    }

    public async Task<RunDetail?> FindRunAsync(string id, CancellationToken cancellationToken)
    {
        if (await services.GetRequiredService<OperatorRuns>().FindTokenAsync(id, cancellationToken) is not { } token)
            return null;
        var history = services.GetRequiredService<IRunHistory>();
        return await history.FindAsync(token, id, null, cancellationToken) is { } run
            ? new RunDetail(run, await history.ReadStepsAsync(token, id, cancellationToken), await history.ReadCallsAsync(token, id, cancellationToken))
            : null;
    }

    public async Task<IReadOnlyList<AuditEntry>> ReadAuditAsync(AuditQuery query, int most, CancellationToken cancellationToken)
    {
        var newest = new Queue<AuditEntry>();
        var page = query with { Limit = AuditLog.PageSize };
        while (true)
        {
            var read = await Audit.ReadAsync(page, cancellationToken);
            foreach (var entry in read)
            {
                newest.Enqueue(entry);
                if (newest.Count > most)
                    newest.Dequeue();
            }
            if (read.Count < page.Limit)
                return [.. newest];
            page = page with { After = read[^1].Number };
        }
    }

    public Task<AuditReport> ReportAuditAsync(AuditQuery query, CancellationToken cancellationToken) => Audit.ReportAsync(query, cancellationToken);

    public Task<AuditVerification> VerifyAuditAsync(AuditHead? expected, long after, CancellationToken cancellationToken) => Audit.VerifyAsync(expected, after, cancellationToken);

    public ValueTask DisposeAsync() => services.DisposeAsync();

    private static ServiceProvider Services(StoreSettings settings, Uri? openAI)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IHostEnvironment>(new StoreEnvironment(settings));
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        var workflows = WorkflowsBuilder.For(services).AddOpenAI(options => options.Endpoint = openAI);
        if (settings.ConnectionString is { } connection)
            workflows.AddPostgreSqlStorage(connection, settings.Apply);
        else
            workflows.AddSqliteStorage(settings.Apply);
        return services.BuildServiceProvider();
    }

    /// <summary>A sentence of the store, in the words of this program.</summary>
    public static string InOptions(string sentence) => sentence
        .Replace(nameof(StorageOptions.KeyEncryptionKeyFile), "--ring-key-file", StringComparison.Ordinal)
        .Replace($" or {nameof(StorageOptions.KeyRingCertificate)}", "", StringComparison.Ordinal)
        .Replace(nameof(StorageOptions.AllowUnprotectedKeyRing), "--allow-unprotected-ring", StringComparison.Ordinal);
}
