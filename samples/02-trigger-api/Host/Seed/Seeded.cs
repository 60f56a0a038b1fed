using KeyedWorkflows;

namespace TriggerApi.Host.Seed;

/// <summary>What the store holds for callers.</summary>
/// <param name="Clients">The clients.</param>
/// <param name="Broad">A token for all three tenants that may also send a key: for the provider's own back end, never for a client. Null: it was shown at an earlier start.</param>
/// <param name="Operator">A token for the administration API. Null: it was shown at an earlier start.</param>
internal sealed record Seeded(IReadOnlyList<SeededClient> Clients, Secret? Broad, Secret? Operator)
{
    /// <summary>Whether all tokens were made at this start, and can be shown.</summary>
    public bool CanBeShown => Broad is not null && Operator is not null && Clients.All(static client => client.Token is not null);
}
