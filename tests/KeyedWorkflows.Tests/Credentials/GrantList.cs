namespace KeyedWorkflows.Tests.Credentials;

/// <summary>Grants as a token would hold them: exact tenants and ids.</summary>
internal sealed class GrantList(params string[] granted) : ICredentialAuthorizer
{
    public bool Keys { get; init; }

    /// <summary>The endpoints that callers may name, exactly.</summary>
    public Uri[] Endpoints { get; init; } = [];

    public int Questions { get; private set; }

    public bool MayUse(RunCaller caller, StoredProfile profile)
    {
        Questions++;
        return granted.Contains(profile.Id) || (profile.Tenant is { } tenant && granted.Contains(tenant));
    }

    public bool MaySendKey(RunCaller caller) => Keys;

    public bool MayNameEndpoint(RunCaller caller, Uri endpoint) => Endpoints.Contains(endpoint);
}
