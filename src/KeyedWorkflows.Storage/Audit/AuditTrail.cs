namespace KeyedWorkflows.Storage;

/// <summary>What one write is to leave in the audit. It is written in the write's own transaction, or not at all.</summary>
internal sealed class AuditTrail(AuditActor actor)
{
    private readonly List<AuditDraft> drafts = [];

    public IReadOnlyList<AuditDraft> Drafts => drafts;

    /// <summary>Books a change of a profile.</summary>
    /// <param name="action">What was done.</param>
    /// <param name="before">The profile as it was; null where there was none, or where it could not be read.</param>
    /// <param name="after">The profile as it is to be.</param>
    /// <param name="fingerprints">Makes the marks of keys.</param>
    public void Add(string action, StoredProfile? before, StoredProfile after, KeyFingerprints fingerprints) => drafts.Add(new AuditDraft
    {
        Actor = actor,
        Action = action,
        SubjectKind = AuditActions.Profile,
        SubjectId = after.Id,
        SubjectName = after.Name,
        Tenants = [.. new[] { after.Tenant, before?.Tenant }.OfType<string>().Distinct(StringComparer.Ordinal)],
        Changes = AuditChanges.Between(before, after, fingerprints),
    });

    /// <summary>Books a change of a token.</summary>
    public void Add(string action, AccessToken? before, AccessToken after) => drafts.Add(new AuditDraft
    {
        Actor = actor,
        Action = action,
        SubjectKind = AuditActions.Token,
        SubjectId = after.Id,
        SubjectName = after.Name,
        Tenants = [.. TenantsOf(after).Concat(before is null ? [] : TenantsOf(before)).Distinct(StringComparer.Ordinal)],
        Changes = AuditChanges.Between(before, after),
    });

    /// <summary>Books what is no change of a field.</summary>
    public void Add(string action, string subjectKind, string? id, string? name, IReadOnlyList<string>? tenants = null, IReadOnlyList<string>? changes = null) => drafts.Add(new AuditDraft
    {
        Actor = actor,
        Action = action,
        SubjectKind = subjectKind,
        SubjectId = id,
        SubjectName = name,
        Tenants = tenants ?? [],
        Changes = changes ?? [],
    });

    public void Add(AuditDraft draft) => drafts.Add(draft);

    /// <summary>The tenants whose profiles a token may use.</summary>
    public static IEnumerable<string> TenantsOf(AccessToken token) => token.PinnedTenant is { } pinned ? [pinned] : token.Tenants;
}
