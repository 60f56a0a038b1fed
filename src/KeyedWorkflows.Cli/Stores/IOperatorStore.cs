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

    Task<ProfileListing> RotateKeyAsync(string id, Secret key, CancellationToken cancellationToken);

    Task<ProfileListing> SetProfileEnabledAsync(string id, bool enabled, CancellationToken cancellationToken);

    Task<bool> DeleteProfileAsync(string id, CancellationToken cancellationToken);

    /// <summary>Asks the provider one short question under a profile.</summary>
    /// <param name="id">The profile.</param>
    /// <param name="key">A key to try in the place of the profile's own.</param>
    /// <param name="model">The model to ask; null for the profile's.</param>
    /// <param name="cancellationToken">Ends the trial.</param>
    Task<ProfileTrial> TryProfileAsync(string id, Secret? key, string? model, CancellationToken cancellationToken);

    /// <summary>All profiles as JSON, without any secret.</summary>
    Task<string> ExportProfilesAsync(CancellationToken cancellationToken);

    Task<ProfileImportResult> ImportProfilesAsync(string json, CancellationToken cancellationToken);

    Task<IReadOnlyList<AccessToken>> ListTokensAsync(CancellationToken cancellationToken);

    Task<CreatedToken> CreateTokenAsync(TokenDraft draft, CancellationToken cancellationToken);

    /// <summary>Writes all that a token may do, if nobody else was first.</summary>
    Task<AccessToken> ReplaceTokenAsync(string id, TokenDraft draft, string expectedRevision, CancellationToken cancellationToken);

    Task<AccessToken> SetTokenEnabledAsync(string id, bool enabled, CancellationToken cancellationToken);

    Task<bool> RevokeTokenAsync(string id, CancellationToken cancellationToken);

    Task<UsageReport> ReadUsageAsync(UsageQuery query, CancellationToken cancellationToken);

    Task<RunList> ListRunsAsync(RunQuery query, CancellationToken cancellationToken);

    Task<RunDetail?> FindRunAsync(string id, CancellationToken cancellationToken);

    /// <summary>The newest entries of the audit that are asked for, in their order.</summary>
    Task<IReadOnlyList<AuditEntry>> ReadAuditAsync(AuditQuery query, int most, CancellationToken cancellationToken);

    Task<AuditReport> ReportAuditAsync(AuditQuery query, CancellationToken cancellationToken);

    Task<AuditVerification> VerifyAuditAsync(AuditHead? expected, long after, CancellationToken cancellationToken);
}
