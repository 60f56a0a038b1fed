namespace KeyedWorkflows.Storage;

/// <summary>What a new token for administration may do.</summary>
public sealed record AdministratorDraft
{
    /// <inheritdoc cref="Administrator.Name"/>
    public required string Name { get; init; }

    /// <inheritdoc cref="Administrator.Scope"/>
    public AdministratorScope Scope { get; init; } = AdministratorScope.Write;

    /// <inheritdoc cref="Administrator.ExpiresAt"/>
    public DateTimeOffset? ExpiresAt { get; init; }
}
