namespace KeyedWorkflows.Storage;

/// <summary>Who may administer a host over HTTP. It never holds the token itself: that is shown once, when it is made.</summary>
public sealed record Administrator
{
    /// <summary>What it is known by for good: 128 random bits. Never a permission.</summary>
    public required string Id { get; init; }

    /// <summary>The operator's name for it: <c>[a-z0-9][a-z0-9_.-]{0,63}</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it may do.</summary>
    public required AdministratorScope Scope { get; init; }

    /// <summary>Until when its token is taken. Null: for good.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What happened to it, where it was altered past the store or cannot be decrypted; null where it can be used. Such a one can only be revoked.</summary>
    public string? Fault { get; init; }

    /// <summary>The name and the id.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() => $"administrator {Name} ({Id})";
}
