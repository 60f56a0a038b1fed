namespace KeyedWorkflows.Storage;

/// <summary>What became of a tenant that was removed.</summary>
public sealed record TenantRemoval
{
    /// <summary>The tenant's name.</summary>
    public required string Tenant { get; init; }

    /// <summary>How many profiles were deleted.</summary>
    public int ProfilesDeleted { get; init; }

    /// <summary>How many tokens were revoked: those that were pinned to it, and those that had no other grant.</summary>
    public int TokensRevoked { get; init; }

    /// <summary>How many tokens go on for other tenants, without this one.</summary>
    public int TokensChanged { get; init; }

    /// <summary>The ids of tokens that cannot be read, so that nobody knows whether they were the tenant's. They are taken nowhere; revoke them.</summary>
    public IReadOnlyList<string> UnreadableTokens { get; init; } = [];

    /// <summary>What was purged; null where that was not asked for.</summary>
    public TenantPurge? Purged { get; init; }
}
