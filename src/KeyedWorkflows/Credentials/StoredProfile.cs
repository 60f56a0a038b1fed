using System.Collections.Frozen;

namespace KeyedWorkflows;

/// <summary>
/// A named credential of one tenant with one provider, as a store holds it. Immutable: a change is a new value with a new <see cref="Revision"/>.
/// Its text form shows no secret.
/// </summary>
public sealed record StoredProfile
{
    /// <summary>What the profile is known by for good: 128 random bits, or, from configuration, derived from the name.</summary>
    public required string Id { get; init; }

    /// <summary>The name, by which callers choose it: <c>[a-z0-9][a-z0-9_.-]{0,63}</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whose it is. Null: the operator's own, which goes with any tenant.</summary>
    public string? Tenant { get; init; }

    /// <summary>The family of providers, such as <c>openai</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The key. Null only for a provider that needs none.</summary>
    public Secret? ApiKey { get; init; }

    /// <summary>The endpoint, where it is not the provider's own.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The organisation to bill, where the provider knows such.</summary>
    public string? Organization { get; init; }

    /// <summary>The project to bill, where the provider knows such.</summary>
    public string? Project { get; init; }

    /// <summary>Headers to send with each call; their values are secrets.</summary>
    public IReadOnlyDictionary<string, Secret> Headers { get; init; } = FrozenDictionary<string, Secret>.Empty;

    /// <summary>The chat model where neither step, prompt nor slot names one.</summary>
    public string? Model { get; init; }

    /// <summary>The embedding model where neither step nor slot names one.</summary>
    public string? EmbeddingModel { get; init; }

    /// <summary>What the models that workflows ask for are called under this profile, such as the deployments of Azure: applied last.</summary>
    public IReadOnlyDictionary<string, string> Models { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The operator's notes, for people and reports.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>What its model calls may use. Null: whatever the provider allows.</summary>
    public UsageLimits? Limits { get; init; }

    /// <summary>How many runs that it pays for may go on at once: above 0. Null: any number.</summary>
    public int? ConcurrentRuns { get; init; }

    /// <summary>See <see cref="BudgetMark"/>. Null: its store keeps none, and what was used is counted anew when a process first asks.</summary>
    internal string? BudgetMark { get; init; }

    /// <summary>Whether runs may use it.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>A random mark, new with every write. Caches key on it.</summary>
    public required string Revision { get; init; }

    /// <summary>What stands in the place of the key: a reference to a vault, which the store reads before it gives the profile out. Null: the key itself, or none.</summary>
    internal string? KeyReference { get; init; }

    /// <summary>Why its store cannot vouch for it; null where it can. Such a profile holds no key, and is refused once the caller's grant was checked.</summary>
    internal ProfileFault? Fault { get; init; }

    /// <summary>The name, tenant and provider.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() => $"profile {Name} (tenant {Tenant ?? "none"}, provider {Provider})";
}
