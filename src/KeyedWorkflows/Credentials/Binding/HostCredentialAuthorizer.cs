namespace KeyedWorkflows;

/// <summary>The host runs its own workflows under any profile and key; nobody else runs any.</summary>
internal sealed class HostCredentialAuthorizer : ICredentialAuthorizer
{
    // By reference: a caller that merely calls itself "host" is not the host.
    public bool MayUse(RunCaller caller, StoredProfile profile) => ReferenceEquals(caller, RunCaller.Host);

    public bool MaySendKey(RunCaller caller) => ReferenceEquals(caller, RunCaller.Host);

    public bool MayNameEndpoint(RunCaller caller, Uri endpoint) => ReferenceEquals(caller, RunCaller.Host);

    public bool MayServe(RunCaller caller, string tenant) => ReferenceEquals(caller, RunCaller.Host);
}
