namespace KeyedWorkflows.Storage;

/// <summary>
/// A caller's permission to trigger workflows: which, on whose credentials, and how often. It never holds the token itself: that is shown once, when it is made. Immutable: a change is a new value with a new
/// <see cref="Revision"/>. Grants name tenants and profile ids exactly; there are no patterns, and no names of profiles, which can be given to others.
/// </summary>
public sealed record AccessToken
{
    /// <summary>What the token is known by for good: 128 random bits. Never a permission.</summary>
    public required string Id { get; init; }

    /// <summary>The operator's name for it: <c>[a-z0-9][a-z0-9_.-]{0,63}</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The names of the workflows that it may trigger.</summary>
    public IReadOnlyList<string> Workflows { get; init; } = [];

    /// <summary>The tenants whose profiles it may use.</summary>
    public IReadOnlyList<string> Tenants { get; init; } = [];

    /// <summary>The ids of profiles that it may use besides: also an operator's own, which have no tenant.</summary>
    public IReadOnlyList<string> ProfileIds { get; init; } = [];

    /// <summary>The one tenant that pays for all of its runs, whatever else is chosen. With it the client itself may hold the token. Null: not pinned.</summary>
    public string? PinnedTenant { get; init; }

    /// <summary>Whether it may send a key for a run.</summary>
    public bool MaySendKey { get; init; }

    /// <summary>How many runs and explanations it may ask for in a minute. Null: no limit of its own.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>How many of its runs may go on at once. Null: no limit of its own.</summary>
    public int? ConcurrentRuns { get; init; }

    /// <summary>What the model calls of its runs may use, whoever pays. Null: whatever the payers may.</summary>
    public UsageLimits? Limits { get; init; }

    /// <summary>See <see cref="KeyedWorkflows.BudgetMark"/>.</summary>
    internal string? BudgetMark { get; init; }

    /// <summary>Whether it is taken.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Until when it is taken. Null: for good.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Until when the value that it had before its last rotation is taken beside the new one. Null: there is none.</summary>
    public DateTimeOffset? FormerUntil { get; init; }

    /// <summary>A random mark, new with every write.</summary>
    public required string Revision { get; init; }

    /// <summary>What happened to the token, where it was altered past the store or cannot be decrypted; null where it can be used. Such a token is taken nowhere and shows no grants: it can only be revoked.</summary>
    public string? Fault { get; init; }

    /// <summary>The name and the id.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() => $"token {Name} ({Id})";
}
