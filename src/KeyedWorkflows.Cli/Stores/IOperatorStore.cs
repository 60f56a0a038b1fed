using System.Text.Json.Nodes;
using KeyedWorkflows.Server;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Stores;

/// <summary>What an operator does with a store, wherever it lies. Profiles come without their secrets; no method gives one back.</summary>
internal interface IOperatorStore : IAsyncDisposable
{
    Task<IReadOnlyList<ProfileListing>> ListProfilesAsync(string? tenant, CancellationToken cancellationToken);

    /// <summary>Finds a profile by its name or its id.</summary>
    Task<ProfileListing?> FindProfileAsync(string nameOrId, CancellationToken cancellationToken);

    Task<ProfileListing> CreateProfileAsync(ProfileDraft draft, CancellationToken cancellationToken);

    /// <summary>Writes all of a profile but its secrets, if nobody else was first.</summary>
    Task<ProfileListing> ReplaceProfileAsync(string id, ProfileDraft draft, string expectedRevision, CancellationToken cancellationToken);

    /// <summary>Gives a profile another key.</summary>
    /// <param name="id">The profile.</param>
    /// <param name="key">The new key.</param>
    /// <param name="force">Whether it is taken without a trial.</param>
    /// <param name="model">The model that it is tried with; null for the profile's.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The profile; null where the trial failed, which then says why.</returns>
    Task<(ProfileListing? Profile, KeyTrial? Trial)> RotateKeyAsync(string id, Secret key, bool force, string? model, CancellationToken cancellationToken);

    /// <summary>Lets a profile refer to its key in the place of holding it. Nothing is tried.</summary>
    Task<ProfileListing> ReferToKeyAsync(string id, string reference, CancellationToken cancellationToken);

    Task<ProfileListing> SetProfileEnabledAsync(string id, bool enabled, CancellationToken cancellationToken);

    Task<bool> DeleteProfileAsync(string id, CancellationToken cancellationToken);

    /// <summary>Asks the provider one short question under a profile.</summary>
    /// <param name="id">The profile.</param>
    /// <param name="model">The model to ask; null for the profile's.</param>
    /// <param name="cancellationToken">Ends the trial.</param>
    Task<KeyTrial> TryProfileAsync(string id, string? model, CancellationToken cancellationToken);

    /// <summary>All profiles as JSON, without any secret.</summary>
    Task<string> ExportProfilesAsync(CancellationToken cancellationToken);

    Task<ProfileImportResult> ImportProfilesAsync(string json, CancellationToken cancellationToken);

    Task<IReadOnlyList<AccessToken>> ListTokensAsync(CancellationToken cancellationToken);

    Task<CreatedToken> CreateTokenAsync(TokenDraft draft, CancellationToken cancellationToken);

    /// <summary>Writes all that a token may do, if nobody else was first.</summary>
    Task<AccessToken> ReplaceTokenAsync(string id, TokenDraft draft, string expectedRevision, CancellationToken cancellationToken);

    Task<AccessToken> SetTokenEnabledAsync(string id, bool enabled, CancellationToken cancellationToken);

    /// <summary>Gives a token another value.</summary>
    /// <param name="id">The token.</param>
    /// <param name="grace">How long the present value is taken besides; null where it is taken no more, and the one before it as long as it was.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    Task<RotatedToken> RotateTokenAsync(string id, TimeSpan? grace, CancellationToken cancellationToken);

    Task<bool> RevokeTokenAsync(string id, CancellationToken cancellationToken);

    /// <summary>Deletes a tenant's profiles, revokes its tokens, and, if asked for, purges what its runs were given and answered.</summary>
    /// <returns>Null where nothing names it.</returns>
    Task<TenantRemoval?> RemoveTenantAsync(string tenant, bool purge, CancellationToken cancellationToken);

    /// <summary>What a tenant may run, and why not, as the administration API tells it.</summary>
    Task<JsonNode> CheckTenantAsync(string tenant, string? workflow, CancellationToken cancellationToken);

    /// <summary>Adds many clients, all or none.</summary>
    /// <param name="json">As the administration API takes them, with their keys.</param>
    /// <param name="cancellationToken">Ends the work; then none is added.</param>
    /// <returns>As it answers, with the tokens that were made.</returns>
    Task<JsonNode> CreateClientsAsync(string json, CancellationToken cancellationToken);

    Task<IReadOnlyList<Administrator>> ListAdministratorsAsync(CancellationToken cancellationToken);

    /// <summary>Makes a token of administration: beside the store alone, never over HTTP.</summary>
    Task<CreatedAdministrator> CreateAdministratorAsync(AdministratorDraft draft, CancellationToken cancellationToken);

    Task<bool> RevokeAdministratorAsync(string id, CancellationToken cancellationToken);

    Task<UsageReport> ReadUsageAsync(UsageQuery query, CancellationToken cancellationToken);

    /// <summary>The profiles and tokens that have limits, and what of their budgets is used.</summary>
    /// <param name="tenant">Only those of a tenant; null for all.</param>
    /// <param name="zone">Whose days are counted; null as the host counts, or UTC beside the store, which does not say.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<UsedLimits>> ListLimitsAsync(string? tenant, string? zone, CancellationToken cancellationToken);

    Task<RunList> ListRunsAsync(RunQuery query, CancellationToken cancellationToken);

    Task<RunDetail?> FindRunAsync(string id, CancellationToken cancellationToken);

    /// <summary>The newest entries of the audit that are asked for, in their order.</summary>
    Task<IReadOnlyList<AuditEntry>> ReadAuditAsync(AuditQuery query, int most, CancellationToken cancellationToken);

    Task<AuditReport> ReportAuditAsync(AuditQuery query, CancellationToken cancellationToken);

    Task<AuditVerification> VerifyAuditAsync(AuditHead? expected, long after, CancellationToken cancellationToken);
}
