using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary><c>/whoami</c> and <c>/administrators</c>. None is made over HTTP: a token that was stolen makes no other.</summary>
internal sealed class AdministratorsEndpoint(Operators operators)
{
    public static Task ShowSelfAsync(HttpContext http) => JsonAnswer.WriteAsync(http, 200, http.Features.Get<Administrator>()!, AdministrationJson.Write);

    public async Task ListAsync(HttpContext http) =>
        await PageAnswer.WriteAsync(http, await operators.Administrators(http).ListAsync(http.RequestAborted).ConfigureAwait(false), AdministrationJson.Write).ConfigureAwait(false);

    public async Task RevokeAsync(HttpContext http)
    {
        if (!await operators.Administrators(http).RevokeAsync((string)http.Request.RouteValues["id"]!, http.RequestAborted).ConfigureAwait(false))
            throw AdministrationErrors.NoSuchAdministrator.ToException();
        http.Response.StatusCode = 204;
    }
}
