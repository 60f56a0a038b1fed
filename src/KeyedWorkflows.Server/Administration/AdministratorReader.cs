using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary>Finds out which administrator's request it is. Missing, malformed, unknown, revoked and expired tokens are refused alike, and so are those of callers; without a store, all are. What is refused to one that is known is counted for the audit.</summary>
internal sealed class AdministratorReader(AdministratorTokens? administrators, RefusedUses refused, WorkflowServerOptions options)
{
    public async Task<Administrator> ReadAsync(HttpContext http)
    {
        BearerToken.CheckTransport(http, options);
        if (administrators is null || !BearerToken.TryRead(http, AdministratorTokens.Prefix, out var hash))
            throw AdministrationErrors.Unauthorized.ToException();
        var found = await administrators.FindByHashAsync(hash, http.RequestAborted).ConfigureAwait(false) ?? throw AdministrationErrors.Unauthorized.ToException();
        var (administrator, refusal) = found;
        if (refusal is not null)
        {
            refused.CountAdministrator(administrator, http.Connection.RemoteIpAddress, refusal);
            throw AdministrationErrors.Unauthorized.ToException();
        }
        http.Features.Set(administrator);
        if (HttpMethods.IsGet(http.Request.Method) || administrator.Scope == AdministratorScope.Write)
            return administrator;
        refused.CountAdministrator(administrator, http.Connection.RemoteIpAddress, RefusedUses.ReadOnly);
        throw AdministrationErrors.ReadOnly.ToException();
    }
}
