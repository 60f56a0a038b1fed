namespace KeyedWorkflows;

/// <summary>The host runs its own workflows under any profile and key. Every other caller has what its <see cref="RunCaller.Grant"/> says, and without one nothing. No caller but the host names an endpoint.</summary>
internal sealed class GrantAuthorizer : ICredentialAuthorizer
{
    public bool MayUse(RunCaller caller, StoredProfile profile) => caller.IsHost || caller.Grant?.Covers(profile) == true;

    public bool MaySendKey(RunCaller caller) => caller.IsHost || caller.Grant?.MaySendKey == true;

    public bool MayNameEndpoint(RunCaller caller, Uri endpoint) => caller.IsHost;

    public bool MayServe(RunCaller caller, string tenant) => caller.IsHost || caller.Grant?.Serves(tenant) == true;
}
