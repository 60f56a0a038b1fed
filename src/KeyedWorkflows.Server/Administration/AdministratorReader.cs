using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary>Finds out which administrator's request it is. Missing, malformed, unknown, revoked and expired tokens are refused alike, and so are those of callers; without a store, all are.</summary>
internal sealed class AdministratorReader(AdministratorTokens? administrators, WorkflowServerOptions options)
{
    public async Task<Administrator> ReadAsync(HttpContext http)
    {
        BearerToken.CheckTransport(http, options);
        if (administrators is null || !BearerToken.TryRead(http, AdministratorTokens.Prefix, out var hash))
            throw AdministrationErrors.Unauthorized.ToException();
        var administrator = await administrators.FindByHashAsync(hash, http.RequestAborted).ConfigureAwait(false) ?? throw AdministrationErrors.Unauthorized.ToException();
        http.Features.Set(administrator);
        return HttpMethods.IsGet(http.Request.Method) || administrator.Scope == AdministratorScope.Write ? administrator : throw AdministrationErrors.ReadOnly.ToException();
    }
}
