namespace KeyedWorkflows;

/// <summary>The host runs its own workflows under any profile and key; nobody else runs any.</summary>
internal sealed class HostCredentialAuthorizer : ICredentialAuthorizer
{
    public bool MayUse(RunCaller caller, StoredProfile profile) => caller.IsHost;

    public bool MaySendKey(RunCaller caller) => caller.IsHost;

    public bool MayNameEndpoint(RunCaller caller, Uri endpoint) => caller.IsHost;

    public bool MayServe(RunCaller caller, string tenant) => caller.IsHost;
}
