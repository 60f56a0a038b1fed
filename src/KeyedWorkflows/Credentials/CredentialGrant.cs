using System.Collections.Frozen;

namespace KeyedWorkflows;

/// <summary>What a caller that is not the host may pay with. It names tenants and profile ids exactly: there are no patterns, and no names of profiles, which can be given to others. What it does not name is not granted.</summary>
internal sealed class CredentialGrant(IEnumerable<string> tenants, IEnumerable<string> profileIds, bool maySendKey)
{
    private readonly FrozenSet<string> tenants = tenants.ToFrozenSet(StringComparer.Ordinal);
    private readonly FrozenSet<string> profileIds = profileIds.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a key may be sent for a run.</summary>
    public bool MaySendKey { get; } = maySendKey;

    /// <summary>Whether a profile may pay: by its id, or by its tenant. One without tenant is granted by its id alone.</summary>
    public bool Covers(StoredProfile profile) => profileIds.Contains(profile.Id) || (profile.Tenant is { } tenant && tenants.Contains(tenant));

    /// <summary>Whether runs may serve a tenant.</summary>
    public bool Serves(string tenant) => tenants.Contains(tenant);
}
