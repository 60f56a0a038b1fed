namespace KeyedWorkflows.Storage;

/// <summary>A stored profile as people may see it: without its secrets.</summary>
public sealed record ProfileListing
{
    /// <summary>The profile's id, for good.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Whose it is; null: the operator's own.</summary>
    public string? Tenant { get; init; }

    /// <summary>The family of providers.</summary>
    public required string Provider { get; init; }

    /// <summary>The endpoint, where it is not the provider's own.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The organisation to bill.</summary>
    public string? Organization { get; init; }

    /// <summary>The project to bill.</summary>
    public string? Project { get; init; }

    /// <summary>The names of the headers that are sent with each call; their values are secrets.</summary>
    public IReadOnlyList<string> HeaderNames { get; init; } = [];

    /// <summary>The chat model where nothing else names one.</summary>
    public string? Model { get; init; }

    /// <summary>The embedding model where nothing else names one.</summary>
    public string? EmbeddingModel { get; init; }

    /// <summary>What the models that workflows ask for are called under this profile.</summary>
    public IReadOnlyDictionary<string, string> Models { get; init; } = new Dictionary<string, string>();

    /// <summary>The operator's notes.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc cref="StoredProfile.Limits"/>
    public UsageLimits? Limits { get; init; }

    /// <inheritdoc cref="StoredProfile.ConcurrentRuns"/>
    public int? ConcurrentRuns { get; init; }

    /// <summary>Whether runs may use it.</summary>
    public bool Enabled { get; init; }

    /// <summary>The random mark of its last write, for <see cref="ProfileAdministration.ReplaceAsync"/>.</summary>
    public required string Revision { get; init; }

    /// <summary>
    /// 16 hexadecimal digits by which people tell one key from another; null where the profile has none. The same key shows differently in each profile. For display only.
    /// </summary>
    public string? KeyFingerprint { get; init; }

    /// <summary>The reference to the key that it holds instead of one; null where it holds none.</summary>
    public string? KeyReference { get; init; }

    /// <summary>Why the profile cannot be used, as one of <see cref="WorkflowErrorCodes"/>; null where it can.</summary>
    public string? FaultCode { get; init; }

    /// <summary>What happened to it and what cures it; null where it can be used.</summary>
    public string? Fault { get; init; }

    /// <summary>Name, tenant, provider and state.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() => $"{Name} ({Provider}{(Tenant is null ? "" : ", " + Tenant)}){(FaultCode is null ? Enabled ? "" : ", disabled" : ", " + FaultCode)}";
}
