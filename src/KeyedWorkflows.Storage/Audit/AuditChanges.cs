namespace KeyedWorkflows.Storage;

/// <summary>Which fields of a profile or token a change concerns: by their names, never by what they hold.</summary>
internal static class AuditChanges
{
    /// <param name="before">The profile as it was; null where there was none: then what is set is told.</param>
    /// <param name="after">The profile as it is to be.</param>
    /// <param name="fingerprints">Makes the marks of keys.</param>
    public static IReadOnlyList<string> Between(StoredProfile? before, StoredProfile after, KeyFingerprints fingerprints)
    {
        List<string> changes = [];
        Compare("tenant", before?.Tenant, after.Tenant);
        Compare("provider", before?.Provider, after.Provider);
        Compare("endpoint", before?.Endpoint?.OriginalString, after.Endpoint?.OriginalString);
        Compare("organization", before?.Organization, after.Organization);
        Compare("project", before?.Project, after.Project);
        Compare("model", before?.Model, after.Model);
        Compare("embedding_model", before?.EmbeddingModel, after.EmbeddingModel);
        if (!Equals(before?.ApiKey, after.ApiKey))
            changes.Add($"key {MarkOf(before, fingerprints)} -> {MarkOf(after, fingerprints)}");
        Compare("key_reference", before?.KeyReference, after.KeyReference);
        CompareEntries("headers", before?.Headers, after.Headers);
        CompareEntries("models", before?.Models, after.Models);
        CompareEntries("labels", before?.Labels, after.Labels);
        AddLimits(changes, before?.Limits, after.Limits);
        if (before?.ConcurrentRuns != after.ConcurrentRuns)
            changes.Add("concurrent_runs");
        if (before?.Enabled != after.Enabled)
            changes.Add(after.Enabled ? "enabled" : "disabled");
        return changes;

        void Compare(string name, string? one, string? other)
        {
            if (one != other)
                changes.Add(name);
        }

        void CompareEntries<T>(string name, IReadOnlyDictionary<string, T>? one, IReadOnlyDictionary<string, T> other)
        {
            if ((one?.Count ?? 0) != other.Count || other.Any(entry => !one!.TryGetValue(entry.Key, out var value) || !Equals(value, entry.Value)))
                changes.Add(name);
        }
    }

    /// <inheritdoc cref="Between(StoredProfile?, StoredProfile, KeyFingerprints)"/>
    public static IReadOnlyList<string> Between(AccessToken? before, AccessToken after)
    {
        List<string> changes = [];
        Compare("name", before?.Name, after.Name);
        CompareLists("workflows", before?.Workflows, after.Workflows);
        CompareLists("tenants", before?.Tenants, after.Tenants);
        CompareLists("profile_ids", before?.ProfileIds, after.ProfileIds);
        Compare("pinned_tenant", before?.PinnedTenant, after.PinnedTenant);
        Compare("may_send_key", before?.MaySendKey ?? false, after.MaySendKey);
        Compare("requests_per_minute", before?.RequestsPerMinute, after.RequestsPerMinute);
        Compare("concurrent_runs", before?.ConcurrentRuns, after.ConcurrentRuns);
        Compare("expires_at", before?.ExpiresAt, after.ExpiresAt);
        Compare("former_until", before?.FormerUntil, after.FormerUntil);
        AddLimits(changes, before?.Limits, after.Limits);
        if (before?.Enabled != after.Enabled)
            changes.Add(after.Enabled ? "enabled" : "disabled");
        return changes;

        void Compare<T>(string name, T one, T other)
        {
            if (!EqualityComparer<T>.Default.Equals(one, other))
                changes.Add(name);
        }

        void CompareLists(string name, IReadOnlyList<string>? one, IReadOnlyList<string> other)
        {
            if (!(one ?? []).SequenceEqual(other, StringComparer.Ordinal))
                changes.Add(name);
        }
    }

    private static void AddLimits(List<string> changes, UsageLimits? before, UsageLimits? after)
    {
        if (before?.RequestsPerMinute != after?.RequestsPerMinute)
            changes.Add("limits.requests_per_minute");
        if (before?.TokensPerMinute != after?.TokensPerMinute)
            changes.Add("limits.tokens_per_minute");
        if (before?.Day != after?.Day)
            changes.Add("limits.day");
        if (before?.Month != after?.Month)
            changes.Add("limits.month");
    }

    private static string MarkOf(StoredProfile? profile, KeyFingerprints fingerprints) => profile?.ApiKey is { IsUsable: true } key ? fingerprints.Of(profile.Id, key) : "none";
}
