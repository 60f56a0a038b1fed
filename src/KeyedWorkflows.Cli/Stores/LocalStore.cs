using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Cli.Serving;
using KeyedWorkflows.Runtime;
using KeyedWorkflows.Server;
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
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(10);

    private readonly ServiceProvider services;
    private readonly AuditActor actor;

    private LocalStore(ServiceProvider services, AuditActor actor)
    {
        this.services = services;
        this.actor = actor;
        Profiles = services.GetRequiredService<ProfileAdministration>().As(actor);
        Tokens = services.GetRequiredService<TokenAdministration>().As(actor);
    }

    private ProfileAdministration Profiles { get; }

    private TokenAdministration Tokens { get; }

    private AdministratorTokens Administrators => services.GetRequiredService<AdministratorTokens>().As(actor);

    private KeyTrials Trials => new(services.GetRequiredService<ModelProviders>(), services.GetRequiredService<ModelClientFactory>(), services.GetRequiredService<WorkflowRegistry>(), TimeProvider.System);

    private AuditLog Audit => services.GetRequiredService<AuditLog>();

    /// <summary>Opens a store.</summary>
    /// <param name="settings">Which.</param>
    /// <param name="make">Whether one that is not there is made; else that is said.</param>
    /// <param name="openAI">Where keys of the OpenAI family are tried whose profile names no endpoint; null for OpenAI.</param>
    /// <param name="mayUpgrade">Whether one of an older version is brought up to date; else that is said.</param>
    /// <param name="workflows">The workflows that it may be asked about; null for none.</param>
    /// <param name="made">Hears that it was not there, and is made; null for nobody.</param>
    /// <exception cref="CommandFault">There is none, or it would protect nothing.</exception>
    public static LocalStore Open(StoreSettings settings, bool make, Uri? openAI = null, bool mayUpgrade = false, WorkflowAssembly? workflows = null, Action? made = null)
    {
        RefuseLockedDirectory(settings);
        if (!make && settings.ConnectionString is null && !File.Exists(settings.Database))
        {
            throw CommandFault.NotFound(
                $"There is no store in '{settings.Directory}'. Name its directory with --store or the variable {StoreSettings.StoreVariable}. The first profile or token that is added makes one.");
        }
        ServiceProvider? services = null;
        try
        {
            var isThere = SchemaCheck.Run(settings, make, mayUpgrade);
            services = Services(settings, openAI, workflows);
            _ = services.GetRequiredService<HostStorage>();
            if (!isThere)
                made?.Invoke();
            return new LocalStore(services, new AuditActor("operator", settings.Operator, address: Environment.MachineName));
        }
        catch (InvalidOperationException refusal) when (refusal.InnerException is not Npgsql.NpgsqlException)
        {
            services?.Dispose();
            throw CommandFault.Unavailable(StoreWords.Of(refusal.Message));
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

    public async Task<(ProfileListing? Profile, KeyTrial? Trial)> RotateKeyAsync(string id, Secret key, bool force, string? model, CancellationToken cancellationToken)
    {
        KeyTrial? trial = null;
        string? revision = null;
        if (!force)
        {
            var profile = await OpenAsync(id, cancellationToken);
            trial = await Trials.TryAsync(profile with { ApiKey = key }, model, cancellationToken);
            if (!trial.IsOk)
            {
                Profiles.CountRefused(profile, AuditActions.ProfileRotate, AuditActions.KeyRefused);
                return (null, trial);
            }
            revision = profile.Revision;
        }
        return (await Profiles.RotateKeyAsync(id, key, revision, cancellationToken), trial);
    }

    public Task<ProfileListing> ReferToKeyAsync(string id, string reference, CancellationToken cancellationToken) => Profiles.ReferToKeyAsync(id, reference, cancellationToken);

    public Task<ProfileListing> SetProfileEnabledAsync(string id, bool enabled, CancellationToken cancellationToken) => Profiles.SetEnabledAsync(id, enabled, cancellationToken);

    public Task<bool> DeleteProfileAsync(string id, CancellationToken cancellationToken) => Profiles.DeleteAsync(id, cancellationToken);

    public async Task<KeyTrial> TryProfileAsync(string id, string? model, CancellationToken cancellationToken)
    {
        var profile = await ReadAsync(id, cancellationToken);
        await Profiles.BookTrialAsync(profile, cancellationToken);
        return await Trials.TryAsync(profile, model, cancellationToken);
    }

    public Task<string> ExportProfilesAsync(CancellationToken cancellationToken) => Profiles.ExportAsync(cancellationToken);

    public Task<ProfileImportResult> ImportProfilesAsync(string json, CancellationToken cancellationToken) => Profiles.ImportAsync(json, cancellationToken);

    /// <summary>Brings all under a new key of the ring: beside the store alone, as its host would read what wraps it when it starts.</summary>
    public Task<ReEncryptionResult> ReEncryptAsync(CancellationToken cancellationToken) => Profiles.ReEncryptAsync(cancellationToken);

    public Task<IReadOnlyList<AccessToken>> ListTokensAsync(CancellationToken cancellationToken) => Tokens.ListAsync(cancellationToken);

    public Task<CreatedToken> CreateTokenAsync(TokenDraft draft, CancellationToken cancellationToken) => Tokens.CreateAsync(draft, cancellationToken);

    public Task<AccessToken> ReplaceTokenAsync(string id, TokenDraft draft, string expectedRevision, CancellationToken cancellationToken) => Tokens.ReplaceAsync(id, draft, expectedRevision, cancellationToken);

    public Task<AccessToken> SetTokenEnabledAsync(string id, bool enabled, CancellationToken cancellationToken) => Tokens.SetEnabledAsync(id, enabled, cancellationToken);

    public Task<RotatedToken> RotateTokenAsync(string id, TimeSpan? grace, CancellationToken cancellationToken) =>
        grace is { } time ? Tokens.RotateAsync(id, time, null, cancellationToken) : Tokens.ReplaceValueAsync(id, null, cancellationToken);

    public Task<bool> RevokeTokenAsync(string id, CancellationToken cancellationToken) => Tokens.RevokeAsync(id, cancellationToken);

    public Task<TenantRemoval?> RemoveTenantAsync(string tenant, bool purge, CancellationToken cancellationToken) => services.GetRequiredService<TenantAdministration>().As(actor).RemoveAsync(tenant, purge, cancellationToken);

    public async Task<JsonNode> CheckTenantAsync(string tenant, string? workflow, CancellationToken cancellationToken)
    {
        var check = new TenantCheck(services.GetRequiredService<WorkflowRegistry>(), services.GetRequiredService<ICredentialBinder>(), services.GetRequiredService<ProfileStores>());
        try
        {
            var checks = await check.CheckAsync(tenant, workflow, cancellationToken);
            return Node(json => TenantCheckJson.Write(json, tenant, checks));
        }
        catch (ApiErrorException refused)
        {
            throw CommandFault.NotFound(refused.Error.Message.Replace("The host", "The assembly", StringComparison.Ordinal));
        }
    }

    public async Task<JsonNode> CreateClientsAsync(string json, CancellationToken cancellationToken)
    {
        try
        {
            var created = await ClientFields.Parse(Encoding.UTF8.GetBytes(json)).CreateAsync(Profiles, cancellationToken);
            return Node(writer => ClientsJson.Write(writer, created, TimeProvider.System.GetUtcNow()));
        }
        catch (ApiErrorException refused)
        {
            throw ClientProblems.Of(refused.Error);
        }
        catch (ClientsRefusedException refused)
        {
            throw ClientProblems.Of(AdministrationErrors.Of(refused));
        }
    }

    public Task<IReadOnlyList<Administrator>> ListAdministratorsAsync(CancellationToken cancellationToken) => Administrators.ListAsync(cancellationToken);

    public Task<CreatedAdministrator> CreateAdministratorAsync(AdministratorDraft draft, CancellationToken cancellationToken) => Administrators.CreateAsync(draft, cancellationToken);

    public Task<bool> RevokeAdministratorAsync(string id, CancellationToken cancellationToken) => Administrators.RevokeAsync(id, cancellationToken);

    public Task<UsageReport> ReadUsageAsync(UsageQuery query, CancellationToken cancellationToken) => services.GetRequiredService<UsageLedger>().ReadAsync(query, cancellationToken);

    public async Task<IReadOnlyList<UsedLimits>> ListLimitsAsync(string? tenant, string? zone, CancellationToken cancellationToken)
    {
        var options = new UsageLimitOptions { TimeZone = zone ?? "UTC" };
        var tokens = (await Tokens.ListAsync(cancellationToken)).Where(token => tenant is null || TokensEndpoint.IsOf(token, tenant));
        return await UsedLimits.ReadAsync(await Profiles.ListAsync(tenant, cancellationToken), tokens, services.GetRequiredService<UsageLedger>(), options, TimeProvider.System.GetUtcNow(), cancellationToken);
    }

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

    public async ValueTask DisposeAsync()
    {
        // What was refused is in the audit before the command ends, and holds it up for no longer than a database that is away.
        using var patience = new CancellationTokenSource(TimeToEnd);
        try
        {
            await services.GetRequiredService<HostStorage>().Refusals.FlushAsync(patience.Token);
        }
        finally
        {
            await services.DisposeAsync();
        }
    }

    private static JsonNode Node(Action<Utf8JsonWriter> write) => JsonNode.Parse(JsonText.LineOf(write))!;

    private async Task<StoredProfile> ReadAsync(string id, CancellationToken cancellationToken)
    {
        if (await Profiles.FindByIdAsync(id, cancellationToken) is { KeyReference: { } reference } refers)
            throw CommandFault.Refused($"Profile '{refers.Name}' refers to its key ({reference[..reference.IndexOf(':', StringComparison.Ordinal)]}:…), which its host alone reads: have the host try it, with --host.");
        return await OpenAsync(id, cancellationToken);
    }

    private async Task<StoredProfile> OpenAsync(string id, CancellationToken cancellationToken)
    {
        var profile = await Profiles.OpenAsync(id, cancellationToken) ?? throw CommandFault.NotFound("There is no such profile any more.");
        return profile.Fault is { } fault ? throw CommandFault.Unavailable(fault.Message) : profile;
    }

    private static ServiceProvider Services(StoreSettings settings, Uri? openAI, WorkflowAssembly? assembly)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IHostEnvironment>(new StoreEnvironment(settings));
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        var workflows = WorkflowsBuilder.For(services).AddOpenAI(options => options.Endpoint = openAI);
        assembly?.AddTo(workflows);
        if (settings.ConnectionString is { } connection)
            workflows.AddPostgreSqlStorage(connection, Apply);
        else
            workflows.AddSqliteStorage(Apply);
        return services.BuildServiceProvider();

        void Apply(StorageOptions options)
        {
            settings.Apply(options);
            options.SecretReferences.TakesUnread = true;
        }
    }

    /// <summary>A directory that may not be entered looks as if nothing were in it.</summary>
    private static void RefuseLockedDirectory(StoreSettings settings)
    {
        if (settings.ConnectionString is not null)
            return;
        try
        {
            File.GetAttributes(settings.Database);
        }
        catch (UnauthorizedAccessException)
        {
            throw CommandFault.Unavailable($"The store's directory '{settings.Directory}' cannot be entered by this user, {settings.Operator}: run the command as the user of its host, or look at owner and mode of that directory and those above it. Nothing was changed.");
        }
        catch (Exception error) when (error is IOException or NotSupportedException or ArgumentException)
        {
            // There is none, or none can be: what opens it says so.
        }
    }
}
