namespace KeyedWorkflows.Storage;

/// <summary>What an operator writes into the store: a new profile, or the whole of what one is to become.</summary>
public sealed record ProfileDraft
{
    /// <summary>The name, by which callers choose it: <c>[a-z0-9][a-z0-9_.-]{0,63}</c>. A profile keeps its name for good.</summary>
    public required string Name { get; init; }

    /// <summary>Whose it is. Null: the operator's own, which goes with any tenant.</summary>
    public string? Tenant { get; init; }

    /// <summary>The family of providers, such as <c>openai</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The key. Null when a profile is replaced: it keeps the key it has, which is refused where tenant, provider or endpoint change.</summary>
    public Secret? ApiKey { get; init; }

    /// <summary>
    /// A reference to a key instead of the key: <c>env:NAME</c>, <c>file:NAME</c>, or that of a vault, as far as <see cref="StorageOptions.SecretReferences"/> allow. The key is read when a run needs it. Either this or
    /// <see cref="ApiKey"/>; where a profile is replaced, neither keeps what it has.
    /// </summary>
    public string? KeyReference { get; init; }

    /// <summary>The endpoint, where it is not the provider's own.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The organisation to bill, where the provider knows such.</summary>
    public string? Organization { get; init; }

    /// <summary>The project to bill, where the provider knows such.</summary>
    public string? Project { get; init; }

    /// <summary>Headers to send with each call; their values are secrets. Null when a profile is replaced: it keeps those it has, under the same rule as the key.</summary>
    public IReadOnlyDictionary<string, Secret>? Headers { get; init; }

    /// <summary>The chat model where neither step, prompt nor slot names one.</summary>
    public string? Model { get; init; }

    /// <summary>The embedding model where neither step nor slot names one.</summary>
    public string? EmbeddingModel { get; init; }

    /// <summary>What the models that workflows ask for are called under this profile.</summary>
    public IReadOnlyDictionary<string, string> Models { get; init; } = new Dictionary<string, string>();

    /// <summary>The operator's notes. They are no place for secrets: lists and exports show them.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc cref="StoredProfile.Limits"/>
    public UsageLimits? Limits { get; init; }

    /// <inheritdoc cref="StoredProfile.ConcurrentRuns"/>
    public int? ConcurrentRuns { get; init; }

    /// <summary>Whether runs may use it.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The name, tenant and provider.</summary>
    /// <returns>A text for people, without a secret.</returns>
    public override string ToString() => $"draft of profile {(ProfileNames.IsValid(Name) ? Name : "(malformed)")}";
}
