using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary>The store's administration as the administrator of a request uses it: what changes is booked to that one, and to where the request came from.</summary>
internal sealed class Operators(ProfileAdministration profiles, TokenAdministration tokens, TenantAdministration tenants, AdministratorTokens administrators)
{
    public ProfileAdministration Profiles(HttpContext http) => profiles.As(Actor(http));

    public TokenAdministration Tokens(HttpContext http) => tokens.As(Actor(http));

    public TenantAdministration Tenants(HttpContext http) => tenants.As(Actor(http));

    public AdministratorTokens Administrators(HttpContext http) => administrators.As(Actor(http));

    private static AuditActor Actor(HttpContext http) => RefusedUses.ActorOf(http.Features.Get<Administrator>()!, http.Connection.RemoteIpAddress);
}
