namespace KeyedWorkflows.Storage;

/// <summary>What a new token, or a new state of one, may do. See <see cref="AccessToken"/> for each.</summary>
public sealed record TokenDraft
{
    /// <inheritdoc cref="AccessToken.Name"/>
    public required string Name { get; init; }

    /// <inheritdoc cref="AccessToken.Workflows"/>
    public IReadOnlyList<string> Workflows { get; init; } = [];

    /// <inheritdoc cref="AccessToken.Tenants"/>
    public IReadOnlyList<string> Tenants { get; init; } = [];

    /// <inheritdoc cref="AccessToken.ProfileIds"/>
    public IReadOnlyList<string> ProfileIds { get; init; } = [];

    /// <inheritdoc cref="AccessToken.PinnedTenant"/>
    public string? PinnedTenant { get; init; }

    /// <inheritdoc cref="AccessToken.MaySendKey"/>
    public bool MaySendKey { get; init; }

    /// <inheritdoc cref="AccessToken.RequestsPerMinute"/>
    public int? RequestsPerMinute { get; init; }

    /// <inheritdoc cref="AccessToken.ConcurrentRuns"/>
    public int? ConcurrentRuns { get; init; }

    /// <inheritdoc cref="AccessToken.Limits"/>
    public UsageLimits? Limits { get; init; }

    /// <inheritdoc cref="AccessToken.ExpiresAt"/>
    public DateTimeOffset? ExpiresAt { get; init; }
}
