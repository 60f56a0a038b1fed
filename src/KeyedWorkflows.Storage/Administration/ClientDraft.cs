namespace KeyedWorkflows.Storage;

/// <summary>A client that is added: a profile, and, where it calls by itself, a token.</summary>
public sealed record ClientDraft
{
    /// <summary>The profile.</summary>
    public required ProfileDraft Profile { get; init; }

    /// <summary>The token. One that names neither <see cref="TokenDraft.PinnedTenant"/> nor <see cref="TokenDraft.Tenants"/> nor <see cref="TokenDraft.ProfileIds"/> is pinned to the profile's tenant. Null: none.</summary>
    public TokenDraft? Token { get; init; }
}
