using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary>The store's administration as the administrator of a request uses it.</summary>
internal sealed class Operators(ProfileAdministration profiles, TokenAdministration tokens, TenantAdministration tenants, AdministratorTokens administrators)
{
    public ProfileAdministration Profiles(HttpContext http) => profiles;

    public TokenAdministration Tokens(HttpContext http) => tokens;

    public TenantAdministration Tenants(HttpContext http) => tenants;

    public AdministratorTokens Administrators(HttpContext http) => administrators;
}
